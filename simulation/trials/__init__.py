"""Trials inside a simulated city: a part of its staff, units or areas is treated, and everybody is followed with the same luck."""
