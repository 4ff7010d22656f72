"""Measurements: how fast, how large, against what. `make bench`, `make bench-nation`; results in docs/performance.md."""
