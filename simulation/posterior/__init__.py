"""The posterior of a city: what it is made of, whether it stands, and where a run draws its parameters from."""
