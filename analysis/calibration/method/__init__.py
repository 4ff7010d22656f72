"""Calibration by simulation: moments, targets, reference table, posterior."""
