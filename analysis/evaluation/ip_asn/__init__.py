"""IP ASN: the index of professionalism and a staff list by its rules."""
