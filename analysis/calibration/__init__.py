"""Estimates of the parameters: directly from published evaluation data, each with its error and its reasoning."""
