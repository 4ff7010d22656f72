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
# # What do published evaluation data say before anything is simulated?
#
# Some parameters of the model can be read off published data by a regression: how respondents answer, how an index drifts, how far trust
# falls in a scandal and how fast it returns, how long a course stays in use, how often an encounter costs a side payment, what share of
# reports is completed. `asnlab calibrate --direct` makes these estimates and writes them to `data/estimates/tangsel.yaml`.
#
# This notebook does it in plain sight. Each section fits with statsmodels on a table of `data/`, shows the fit, draws data and fit, and
# ends in the lines of that file which it makes. A test compares these lines with the file.

# %%
import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.calibration.direct import channels, retention, side_payments, skm_thresholds, trust_shock, units
from analysis.calibration.direct.published import figure
from analysis.calibration.direct.recipe import Recipe
from analysis.report.fit_figure import coefficients, observed_and_fitted
from simulation.city import load_profile

recipe = Recipe.load("tangsel")

# %% [markdown]
# ## How respondents answer: ordered regression
#
# 49 respondents of one unit answered nine elements of the satisfaction survey from 1 to 4 (`data/skm_sekadau_2019.csv`). How far an answer
# follows what a person thinks of the staff as a whole is a loading. First one element on the sum of the others of its factor, as an ordered
# logit and, as the model's survey has it, an ordered probit.

# %%
answers, people = skm_thresholds.published_answers(), skm_thresholds.GROUPS["people"]
by_logit = skm_thresholds.rest_score_fit(answers, "U7", people, "logit")
by_probit = skm_thresholds.rest_score_fit(answers, "U7", people)
print(coefficients(by_logit))
print(coefficients(by_probit))

# %%
rest = by_probit.model.exog[:, 0]
third = pd.qcut(rest, 3, labels=False, duplicates="drop")
grid = np.linspace(rest.min(), rest.max(), 60)
given = answers["U7"].to_numpy()
levels = sorted(set(given))
points = pd.DataFrame(
    [
        {"group": f"answer {level:.0f}", "x": rest[third == k].mean(), "y": (given[third == k] == level).mean()}
        for level in levels
        for k in sorted(set(third))
    ]
)
shares = by_probit.model.predict(by_probit.params, exog=grid[:, None])
lines = pd.DataFrame(
    [
        {"group": f"answer {level:.0f}", "x": x, "y": share}
        for k, level in enumerate(levels)
        for x, share in zip(grid, shares[:, k], strict=True)
    ]
)
observed_and_fitted(points, lines, "sum of the other elements (SD)", "share who answer so to U7")

# %% [markdown]
# Then all elements of a factor on one latent score, which is integrated out (marginal maximum likelihood, started from the regressions
# above). The table shows the loadings on a scale without bounds; thresholds are left out. The spread in the file is wider: one unit, so a
# design effect of 2, and transport to other units.

# %%
joint = skm_thresholds.joint_fit(people)
print(
    pd.DataFrame({"coef": joint.params, "std err": joint.bse}, index=joint.model.exog_names).head(len(people)).round(3)
)

# %%
models = skm_thresholds.element_models()
for code in people:
    print(models[code].line())

# %% [markdown]
# ## How the index drifts: a mixed model of units and years
#
# Yearly indices of four units (`data/ikm_panels.csv`). Each series has its own slope; their mean and spread are estimated together. The
# file holds the prediction for a new city: error, spread between series, and 0.2 because units that publish a series rise more often.

# %%
panels = units.panels(recipe.panels)
drift = units.drift_fit(panels)
print(coefficients(drift))

# %%
slopes = {series: float(drift.params["time"] + effect.iloc[0]) for series, effect in drift.random_effects.items()}
points = panels.rename(columns={"series": "group", "year": "x", "ikm_0_100": "y"})
middle = panels.groupby("series")["ikm_0_100"].mean()
lines = panels.assign(
    group=panels["series"],
    x=panels["year"],
    y=panels["series"].map(middle) + panels["time"] * panels["series"].map(slopes),
)
observed_and_fitted(points, lines, "year", "index (0-100)")

# %%
print(units.drift(recipe.panels).line())

# %% [markdown]
# ## How far trust falls in a scandal: an interrupted series
#
# Nineteen waves of one pollster on the national police (`data/trust_polri.csv`). The logit of trust has a level, a fall in September 2022
# that halves every so many months, political mood that lasts from wave to wave, and sampling error. For each half-life, size and
# persistence of mood this is generalised least squares; the file averages over a grid by marginal likelihood. Here is the likeliest point
# of that grid.

# %%
likeliest = trust_shock.likeliest_fit()
print(coefficients(likeliest))

# %%
waves = pd.Series(trust_shock.polri_waves())
error = np.sqrt(trust_shock.DESIGN_EFFECT * waves * (1 - waves) / trust_shock.WAVE_SIZE)
time = pd.to_datetime(waves.index).year + (pd.to_datetime(waves.index).month - 0.5) / 12
points = pd.DataFrame(
    {"group": "waves", "x": time, "y": waves, "low": waves - 1.645 * error, "high": waves + 1.645 * error}
)
kept = [waves.index.get_loc(month) for month in likeliest.model.data.row_labels]
lines = pd.DataFrame({"group": "fit", "x": time[kept], "y": expit(likeliest.fittedvalues.to_numpy())})
observed_and_fitted(points, lines, "year", "share who trust the police")

# %%
shock, _ = trust_shock.trust_shock()
for estimate in shock:
    print(estimate.line())

# %% [markdown]
# ## How long a course stays in use: weighted least squares
#
# Trainers in 150 organisations said what share of trainees apply a course at once, after six and after twelve months (rows `saks2006_*` of
# `data/effects.csv`). The log of that share on months gives a start and a monthly hazard. They are estimates of trainers, not measurements:
# each is given an error of ten points.

# %%
use = retention.use_fit()
print(coefficients(use))

# %%
months = pd.DataFrame({"const": 1.0, "months": np.linspace(0, 18, 40)})
band = np.exp(use.get_prediction(months).conf_int(alpha=0.1))
observed = np.exp(use.model.endog)
points = pd.DataFrame({"group": "share in use", "x": use.model.exog[:, 1], "y": observed})
points = points.assign(
    low=points["y"] - 1.645 * retention.POINT_ERROR, high=points["y"] + 1.645 * retention.POINT_ERROR
)
lines = pd.DataFrame(
    {
        "group": "share in use",
        "x": months["months"],
        "y": np.exp(use.predict(months)),
        "low": band[:, 0],
        "high": band[:, 1],
    }
)
observed_and_fitted(points, lines, "months after the course", "share who use it")

# %%
start, hazard, _ = retention.use_and_hazard()
for estimate in (start, hazard):
    print(estimate.line())

# %% [markdown]
# ## How often an encounter costs a side payment: a binomial regression
#
# A survey prints the share of users who paid within twelve months (figures F0470 to F0472). Whoever comes often pays at least once more
# easily, so with a complementary log-log link and the log of the encounters as offset the constant is that of *one* encounter. How often
# users come is assumed, and it decides the level:

# %%
for service in side_payments.ENCOUNTERS:
    print(service)
    print(coefficients(side_payments.paid_fit(service)))

# %%
often = np.linspace(1.0, 6.0, 30)
points = pd.DataFrame(
    [
        {"group": service.replace("_", " "), "x": encounters, "y": figure(id_) / 100}
        for service, (id_, encounters, _) in side_payments.ENCOUNTERS.items()
    ]
)
lines = pd.DataFrame(
    [
        {
            "group": service.replace("_", " "),
            "x": k,
            "y": 1 - np.exp(-k * np.exp(side_payments.paid_fit(service).params["const"])),
        }
        for service in side_payments.ENCOUNTERS
        for k in often
    ]
)
observed_and_fitted(points, lines, "encounters of a user within a year", "share who paid at least once")

# %%
for estimate in side_payments.side_payments():
    print(estimate.line())

# %% [markdown]
# ## What share of reports is completed: within and between channels
#
# The city's own channel says how certain its share is by itself (binomial regression on a constant); other channels and years say how much
# such shares differ (least squares of their logits). The spread in the file holds both.

# %%
within, between = channels.completed_fit(recipe), channels.between_fit(recipe)
print(coefficients(within))
print(coefficients(between))
print(f"SD between channels and years: {np.sqrt(between.scale):.2f} logit")

# %%
own = float(within.params["const"])
seen = expit(between.model.endog)
points = pd.DataFrame({"group": "channels and years", "x": range(len(seen)), "y": seen})
spread = np.sqrt(between.scale) / 2
ends = pd.DataFrame({"group": "estimate", "x": [0, len(seen) - 1], "y": expit(own)})
lines = ends.assign(low=expit(own - 1.645 * spread), high=expit(own + 1.645 * spread))
observed_and_fitted(points, lines, "channel or year (the city's own first)", "share completed")

# %%
encounters = load_profile("tangsel").numbers["encounters"]
print(next(e for e in channels.channels(recipe, encounters) if e.name == "completed_share").line())

# %% [markdown]
# ## In short

# %%
# NBVAL_CHECK_OUTPUT
print(f"a behaviour rating follows the latent score with loading {models['U7'].loading:.2f}")
print(f"the index drifts by {drift.params['time']:.2f} points a year, error {drift.bse_fe['time']:.2f}")

# %%
# NBVAL_CHECK_OUTPUT
print(
    f"trust fell by {shock[0].value:.2f} logit of the scandal's own, and half of it is back after {shock[1].value:.1f} months"
)
print(f"{100 * start.value:.0f} % use a course at once, and {100 * hazard.value:.1f} % of them stop each month")

# %%
# NBVAL_CHECK_OUTPUT
for estimate in side_payments.side_payments()[:3]:
    print(f"{estimate.name}: {100 * estimate.value:.0f} % of encounters")
print(
    f"completed reports: {100 * expit(own):.1f} %, {100 * expit(own - spread):.0f} to {100 * expit(own + spread):.0f} % between channels"
)

# %% [markdown]
# ## What this does not say
#
# - No effect of a policy is among these estimates: published levels do not identify one. Effects come from studies, and from a city's own
#   evaluation once it has one.
# - Spreads in the file are wider than the errors above. What was added for transport (another city, another office, a nation) is stated in
#   each estimate's `method`; it is a judgement, not an estimate.
# - Three points of use, four series of an index and one scandal are few. They fix orders of magnitude.
