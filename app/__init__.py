"""Faces of the laboratory: the command line `asnlab`. No logic here: parse, call, show."""
