"""Attendance: hours of training planned and attended."""
