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
# # Would coaching after a course pay for itself within today's training budget?
#
# Kota Tangerang Selatan buys courses for its civil servants (ASN). Much of what is learned is never used, or soon no longer used.
# Coaching after the course keeps skills in use, but each coached trainee costs money that could have bought seats.
#
# This notebook
#
# 1. compares the eight strategies that come with the project,
# 2. changes one lever, in Python and in YAML, and compares again,
# 3. computes the IKM of an SKM file,
# 4. lists what the result does not say.
#
# It uses a small city (5 % of the people) and 20 draws, so that it runs in seconds. `make compare` runs the whole city.

# %%
import tempfile
from pathlib import Path

import data
from analysis.decision.compare import compare
from analysis.evaluation import skm
from analysis.report import Words, figures
from data.intake.columns import ANSWERS
from simulation import Ensemble, Policy, Scenario
from simulation.policy import Text, Training

SHOWN = ["competence", "side_payments", "ikm", "trust"]
words = Words("en")

# %% [markdown]
# ## The shipped comparison
#
# A scenario says what is assumed (city, horizon, policies). A policy says what the government chooses. Both are small YAML files.

# %%
# NBVAL_CHECK_OUTPUT
scenario = Scenario.load(Path("..", "scenarios", "tangsel.yaml"))
for policy in scenario.policies:
    print(f"{policy.name:24} {policy.title.en}")

# %% [markdown]
# Every policy meets the same draws of the parameters and the same luck. So the difference between two policies is made by what they do.
# Parameters are drawn from the posterior of the city, as `asnlab compare` draws them; `parameters="prior"` leaves the calibration out.

# %%
ensemble = Ensemble(scenario, draws=20, scale=0.05)
print(ensemble)
outcomes = ensemble.run()
comparison = compare(outcomes, reference=scenario.reference)

# %% [markdown]
# Differences from today's practice, mean of the last twelve months. `low` and `high` hold 90 % of the draws: they say how sure the
# answer is, given what is known. Competence is in standard deviations of the staff, side payments in percent of encounters, IKM in index
# points, trust in percentage points.

# %%
# NBVAL_CHECK_OUTPUT
others = comparison[(comparison["policy"] != scenario.reference) & comparison["outcome"].isin(SHOWN)]
numbers = others[["difference", "low", "high"]].map(words.number)
cells = numbers["difference"] + " (" + numbers["low"] + " … " + numbers["high"] + ")"
print(others.assign(cells=cells).pivot(index="policy", columns="outcome", values="cells")[SHOWN].to_string())


# %%
style = figures.Style({p.name: p.title.en for p in scenario.policies}, scenario.reference, words)
figures.forest(comparison, style)

# %% [markdown]
# A hollow dot is a mean that more draws could still move. The shaded band is the sampling error of one city survey: a difference in trust
# inside it could not be seen by asking 440 people.
#
# ## One lever changed
#
# Coaching for 60 % of the trainees, everything else as today. A lever that is not named keeps today's value.

# %%
coached = Policy(
    name="coached",
    title=Text(en="Coaching after the course", id="Pendampingan sesudah kursus"),
    training=Training(follow_up=0.6),
)

# %% [markdown]
# The same policy as a file. A misspelt lever is refused with the line and the nearest right name.

# %%
# NBVAL_CHECK_OUTPUT
text = """
title: {en: Coaching after the course, id: Pendampingan sesudah kursus}
training: {follow_up: 0.6}
"""
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "coached.yaml")
    file.write_text(text, encoding="utf-8")
    print("same policy:", Policy.load(file) == coached)

# %%
# NBVAL_CHECK_OUTPUT
pair = scenario.with_(policies=(scenario.policy("status_quo"), coached))
second = compare(Ensemble(pair, draws=20, scale=0.05).run(), reference="status_quo")
asked = second[(second["policy"] == "coached") & second["outcome"].isin([*SHOWN, "in_use", "jp", "cost_training"])]
columns = ["outcome", "unit", "level", "difference", "low", "high", "share_better"]
print(asked[columns].to_string(index=False, float_format=lambda value: words.number(value, 3)))

# %% [markdown]
# Read it in this order. `cost_training` hardly changes: the budget is the same. `jp` falls: coaching was paid for with seats. `in_use`
# says how much more of what was trained is applied. `competence` is the balance of the two, and `share_better` the share of draws in
# which coaching wins.
#
# Policies add: `coached + scenario.policy("citizen_participation")` moves the levers of both, and is refused when both move the same lever
# to different values.
#
# ## An SKM file
#
# The official index of 49 respondents of Kabupaten Sekadau (2019), with the sampling error that the rule leaves out. Their table names
# the elements by code; name yours in words, because many units swap U8 and U9.

# %%
# NBVAL_CHECK_OUTPUT
answers = data.load("skm_sekadau_2019")
survey = skm.from_respondents(answers.rename(columns=ANSWERS))
print(skm.sentence(survey))
print(skm.sentence(survey, "id"))
print(survey.table()[["code", "element_en", "nrr", "standard_error", "category"]].round(3).to_string(index=False))

# %% [markdown]
# For your own file: copy `data/templates/skm_respondents.csv`, replace its rows, and call `skm.from_file("mine.csv")`.
#
# ## What the result does not say
#
# - It does not forecast trust. Levels rest on polls of other years and places; only differences between policies are the result.
# - Most effects come from studies elsewhere, reduced for their known biases. No Indonesian trial measured what a course does to
#   competence, or what service does to trust.
# - Five percent of the city and 20 draws are a first look. Small cities are noisier, and `draws_needed` in the comparison says where more
#   draws would help.
# - An interval that holds zero does not show that a strategy has no effect. It shows that this is not known.
# - Whether a strategy is right is not only a matter of these outcomes. The law, and people's rights, are not in the model.
