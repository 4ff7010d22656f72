"""Scalar rules: one person, one equation, its units and its source. Pure and compiled; tested alone."""
