"""Complaints: how many, how fast, which are left open."""
