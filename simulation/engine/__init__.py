"""Machinery of the engine: columns, random numbers by coordinate, exact arithmetic, compiling, memory."""
