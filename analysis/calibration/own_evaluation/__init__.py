"""A city's own evaluations as targets for the effects of its courses: read, adjusted for their design, and used to draw effects anew."""
