"""Loops that apply the rules to the columns: one process of the policy paper a file."""
