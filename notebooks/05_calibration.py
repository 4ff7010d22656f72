# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What does a city's own poll add to what published figures already say of it?
#
# The model has parameters that no study measures directly: how lenient official surveys are, how far trust falls in a scandal, how many
# encounters cost a side payment. Published figures inform them, through runs of the model that must reproduce the same figures.
#
# This notebook
#
# 1. shows the targets shipped for Kota Tangerang Selatan, each with its error,
# 2. takes the posterior from 20,000 prior runs that were made beforehand (the reference table),
# 3. adds one poll of the city's own and takes the posterior again,
# 4. says what the result does not say.

# %%
import pandas as pd

from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import of_city
from analysis.report.figures import intervals
from simulation.posterior.checked import shipped_posterior
from simulation.posterior.nuisance import NAMES
from simulation.posterior.targets import Target, shipped_targets

# %% [markdown]
# ## The targets
#
# A target is a published value, its standard error, and what else may separate it from the model (another city, another wording, one
# office for all). `docs/calibration.md` shows how to write a file for your city.

# %%
# NBVAL_CHECK_OUTPUT
targets = shipped_targets("tangsel")
for name in targets.fitted:
    target = targets.targets[name]
    print(f"{name:26} {target.value:9.3g}   {', '.join(target.source)[:60]}")

# %% [markdown]
# ## The posterior
#
# `asnlab compare` draws these parameters from the shipped posterior, jointly. Contraction is the share of the spread before any figure was
# seen that the figures took away. Below 10 % a parameter keeps its prior and is not called calibrated.

# %%
# NBVAL_CHECK_OUTPUT
shipped = shipped_posterior("tangsel")
for name in NAMES:
    median, low, high = shipped.interval(name)
    kept = "calibrated" if name in shipped.calibrated else "prior kept"
    print(
        f"{name:32} {median:9.3g} ({low:.3g} to {high:.3g})  contraction {100 * shipped.contraction[name]:3.0f} %  {kept}"
    )

# %% [markdown]
# ## A poll of the city's own
#
# Suppose the city asks 800 of its people whether they trust its government, and 62 % say yes. The error is that of the sample, and nothing
# separates the figure from this city.

# %%
poll = Target(
    value=0.62, se=(0.62 * 0.38 * 1.5 / 800) ** 0.5, discrepancy=0.0, source=("own poll, 800 people, invented",)
)
table = of_city("tangsel")
before, after = fit(table, targets), fit(table, targets.with_(trusting=poll))

# %%
# NBVAL_CHECK_OUTPUT
for label, posterior in (("published figures", before), ("and the poll", after)):
    median, low, high = posterior.interval("trust_level")
    print(f"trust_level, {label:18} {100 * median:.0f} % ({100 * low:.0f} to {100 * high:.0f})")

# %%
rows = pd.DataFrame(
    [
        {
            "parameter": name,
            "targets": label,
            **dict(zip(("median", "low", "high"), posterior.interval(name), strict=True)),
        }
        for name in ("trust_level", "trust_spread", "leniency")
        for label, posterior in (("published", before), ("and poll", after))
    ]
)
intervals(rows)

# %% [markdown]
# ## What this does not say
#
# - No target identifies what a policy does. Effects of policies keep their priors.
# - A poll sees one month with its political mood. It narrows the level of trust less than its sampling error alone suggests.
# - The table is that of Kota Tangerang Selatan. Another city's units, staff and demand need their own: `asnlab calibrate --table --city`.
# - Whether the posteriors are as certain as they should be is the question of the next notebook.
