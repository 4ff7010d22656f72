"""One common small model in several libraries, each written as its users would write it, to measure them against each other.

Peers run in environments of their own (`make bench` makes them), so nothing here imports anything at the top but the standard library
and numpy, save the file of each peer, which imports its library.
"""
