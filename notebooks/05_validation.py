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
# # Does the calibration know what it claims to know?
#
# A posterior can be wrong in two ways: it can be too certain, and its model can miss facts. Both can be seen.
#
# 1. Fresh runs at known parameters: their posteriors must hold the truth as often as they say.
# 2. Predictions of the figures that were fitted.
# 3. A fact that was left out of the fit.
#
# `make validate` does this at full size (200 fresh runs, eight facts left out) and writes a page; this notebook is a small version.

# %%
from analysis.calibration.method.checks import LEVELS, columns, experiments, ready
from analysis.calibration.method.reference_table import of_city
from analysis.calibration.validation.fresh_runs import fresh_runs
from analysis.calibration.validation.predictive import moments_of, predict_targets
from analysis.report import Words
from analysis.report.validation_figures import predicted
from simulation.posterior.checked import shipped_posterior
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.nuisance import NAMES
from simulation.posterior.targets import shipped_targets

table, targets, posterior = of_city("tangsel"), shipped_targets("tangsel"), shipped_posterior("tangsel")

# %% [markdown]
# ## Fresh runs at known parameters
#
# Sixty draws that the table does not hold, with the errors that published figures have.

# %%
line, moments = fresh_runs("tangsel", 60)
model = ready(table, targets)
tried = experiments(model, line, moments[:, columns(targets.fitted)], targets.errors(), seed=3)

# %%
# NBVAL_CHECK_OUTPUT
for level in LEVELS:
    held = tried.coverage(level).mean()
    print(f"{100 * level:.0f} % intervals hold the truth in {100 * held:.0f} % of cases, over {len(NAMES)} parameters")

# %% [markdown]
# ## The figures that were fitted
#
# Forty runs with calibrated parameters, and all others from their priors. A dot is a published figure on the scale of its 90 % prediction.

# %%
rows = predict_targets(moments_of(MomentRuns("tangsel"), posterior.parameters(), 40), targets)
predicted(rows, Words("en"))

# %%
# NBVAL_CHECK_OUTPUT
print(f"{sum(r.hit for r in rows)} of {len(rows)} figures lie inside their 90 % prediction")

# %% [markdown]
# ## Which parameters the figures say little about

# %%
# NBVAL_CHECK_OUTPUT
weak = [name for name in NAMES if name not in posterior.calibrated]
print("not calibrated, drawn from their priors:", ", ".join(weak))

# %% [markdown]
# ## What this does not say
#
# - That the model is true: posteriors are honest if the model is. Facts that it misses are listed on the page of `make validate`.
# - That sixty runs are enough: a coverage is known here to some points only.
# - Anything about what a policy does: no target identifies an effect of a policy.
