"""One module for each command: what `asnlab` does once its options are read."""
