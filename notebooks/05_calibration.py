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
# # What do figures of a city say through the model, can that be trusted, and does it change the answer?
#
# The model has parameters that no study measures directly: how lenient official surveys are, how far trust falls in a scandal, how many
# encounters cost a side payment. Published figures inform them, through runs of the model that must reproduce the same figures.
#
# This notebook
#
# 1. shows the targets shipped for Kota Tangerang Selatan, each with its error, and which of them only restate what was put in,
# 2. takes the posterior from 20,000 prior runs that were made beforehand (the reference table),
# 3. adds one poll of the city's own and takes the posterior again,
# 4. checks whether the posteriors know what they claim to know,
# 5. compares policies before and after,
# 6. says what the result does not say.

# %%
import pandas as pd

from analysis.calibration.method.checks import LEVELS, columns, experiments, ready
from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import of_city
from analysis.calibration.validation.fresh_runs import fresh_runs
from analysis.calibration.validation.predictive import moments_of, predict_targets
from analysis.calibration.validation.restated import restated
from analysis.decision.carried import carried
from analysis.decision.compare import compare
from analysis.report import Words
from analysis.report.figures import intervals
from analysis.report.validation_figures import predicted
from simulation import Ensemble, Scenario
from simulation.posterior.checked import shipped_posterior
from simulation.posterior.moment_runs import MomentRuns
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
# Figures of one office, one pollster or one survey share parts of their errors. The file says how much, and the fit draws errors so.

# %%
# NBVAL_CHECK_OUTPUT
for block in targets.correlations:
    print(f"{', '.join(block.names)}: {block.matrix[0][1]:.2f}")

# %% [markdown]
# A target restates a parameter when that parameter alone explains nearly all of what the runs show: the figure went in and comes out. What
# such a target says is true, and nothing is learned from meeting it.

# %%
# NBVAL_CHECK_OUTPUT
table = of_city("tangsel")
put_in = restated(table, targets).sort_values("r2", ascending=False)
for row in put_in.itertuples():
    print(f"{row.target:26} {row.r2:4.2f} {row.parameter:32} {'restated' if row.restated else 'learned'}")

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
# ## Does the calibration know what it claims to know?
#
# A posterior can be wrong in two ways: it can be too certain, and its model can miss facts. Both can be seen. `make validate` does this at
# full size (200 fresh runs, eight facts left out) and writes a page; this is a small version. First fresh runs at known parameters: their
# posteriors must hold the truth as often as they say.
#
# Sixty draws that the table does not hold, with the errors that published figures have.

# %%
line, moments = fresh_runs("tangsel", 60)
model = ready(table, targets)
tried = experiments(model, line, moments[:, columns(targets.fitted)], targets.error_root(), seed=3)

# %%
# NBVAL_CHECK_OUTPUT
for level in LEVELS:
    held = tried.coverage(level).mean()
    print(f"{100 * level:.0f} % intervals hold the truth in {100 * held:.0f} % of cases, over {len(NAMES)} parameters")

# %% [markdown]
# ### The figures that were fitted
#
# Forty runs with calibrated parameters, and all others from their priors. A dot is a published figure on the scale of its 90 % prediction.

# %%
rows = predict_targets(moments_of(MomentRuns("tangsel"), shipped.parameters(), 40), targets)
predicted(rows, Words("en"))

# %%
# NBVAL_CHECK_OUTPUT
print(f"{sum(r.hit for r in rows)} of {len(rows)} figures lie inside their 90 % prediction")

# %% [markdown]
# ### Which parameters the figures say little about

# %%
# NBVAL_CHECK_OUTPUT
weak = [name for name in NAMES if name not in shipped.calibrated]
print("not calibrated, drawn from their priors:", ", ".join(weak))

# %% [markdown]
# ## The answer before and after
#
# The same two policies, drawn three times: from the priors, from the posterior of published figures, and from that with the poll. The same
# hundred draws of everything that is not calibrated, the same luck.

# %%
scenario = Scenario.load("tangsel").with_(months=60)
sources = {"priors": "prior", "published figures": before.parameters(), "and the poll": after.parameters()}
runs = {
    label: Ensemble(scenario, draws=100, scale=0.02, parameters=source, policies=["status_quo", "integrated"])
    for label, source in sources.items()
}
outcomes = {label: ensemble.run() for label, ensemble in runs.items()}

# %%
# NBVAL_CHECK_OUTPUT
for label, frame in outcomes.items():
    told = compare(frame, "status_quo").set_index(["policy", "outcome"])
    today, changed = told.loc[("status_quo", "trust")], told.loc[("integrated", "trust")]
    print(
        f"{label:18} trust today {today.level:.0f} ({today.level_low:.0f} to {today.level_high:.0f}), "
        f"`integrated` {changed.difference:+.1f} ({changed.low:+.1f} to {changed.high:+.1f}) points"
    )

# %% [markdown]
# Calibration moves levels. The difference between two policies hardly moves, because what decides it is not calibrated: how much of the
# disagreement between draws the calibrated parameters explain, and which single parameter explains most.

# %%
# NBVAL_CHECK_OUTPUT
label = "published figures"
found = carried(outcomes[label], runs[label].inputs_frame(), runs[label].parameters.table, "status_quo")
for row in found.differences.itertuples():
    share = "too few draws to say" if pd.isna(row.calibrated) else f"{max(100 * row.calibrated, 0):.0f} %"
    largest = f"{row.largest} ({100 * row.share:.0f} %)" if row.largest else "none stands out"
    print(
        f"{row.outcome:14} calibrated parameters explain: {share} (chance: {100 * row.calibrated_floor:.0f} %); most: {largest}"
    )

# %% [markdown]
# ## What this does not say
#
# - No target identifies what a policy does. Effects of policies keep their priors; a city's own evaluation can narrow them (notebook 03).
# - A poll sees one month with its political mood. It narrows the level of trust less than its sampling error alone suggests.
# - The table is that of Kota Tangerang Selatan. Another city's units, staff and demand need their own: `asnlab calibrate --table --city`.
# - That the model is true: posteriors are honest if the model is. Facts that it misses are listed on the page of `make validate`.
# - That sixty fresh runs are enough: a coverage is known here to some points only.
