"""Analysis layer: official indices, evidence, direct estimates and what is made of simulated outcomes.

Importing this package is cheap: statsmodels and pandas are imported by the modules that need them.
"""

import simulation  # it finds the packages beside it, whatever the present folder holds

if not hasattr(simulation, "look_here_first"):
    raise ImportError(f"{simulation}: hides asnlab's own package 'simulation'; rename it, or work in another folder")
