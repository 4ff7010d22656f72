"""Analysis layer: official indices, evidence, direct estimates and what is made of simulated outcomes.

Importing this package is cheap: statsmodels and pandas are imported by the modules that need them.
"""
