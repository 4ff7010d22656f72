"""Official indices (SKM, IP ASN) and the statistics of real evaluation data."""
