"""Comparisons as people make them: a grid of policies, a study on disk."""
