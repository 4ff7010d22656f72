"""The posterior of a city: what it was made from, whether it is still valid, and where a run draws its parameters from."""
