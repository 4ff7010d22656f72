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
# # Does the simulated city show what studies found, and what does each of them do to the answer?
#
# Effects of policies come from studies elsewhere. A study card does such a study again inside the city: the same kind of people are
# treated with the same dose, nobody else is, and the outcome is read when the study read it. A card on a study that a prior came from tests
# that the effect enters in the right unit; a card on a study that the model has not seen (a holdout) tests the model.
#
# This notebook
#
# 1. shows the cards and their roles, which were fixed before anything was run,
# 2. runs a small version of them (`asnlab validate --cards` does it at full size),
# 3. says how much of the answer rests on each study,
# 4. says what the result does not say.

# %%
import pandas as pd

from analysis.calibration.cards.deck import Deck
from analysis.calibration.cards.roles import seen_studies
from analysis.calibration.cards.run import run_cards
from analysis.calibration.cards.summary import counted, table_of
from analysis.decision.carried import carried
from analysis.decision.evidence_behind import evidence_behind
from analysis.report import Words
from analysis.report.cards_figure import cards_figure
from simulation import Ensemble, Scenario

# %% [markdown]
# ## The cards

# %%
# NBVAL_CHECK_OUTPUT
deck = Deck.load()
roles = pd.DataFrame([{"area": card.area, "role": card.role} for card in deck.cards.values()])
print(pd.crosstab(roles["area"], roles["role"]).to_string())

# %% [markdown]
# ## What the model finds
#
# A published effect is first adjusted: a factor for each reason to think it too large, stated on the card. A sized card passes when the
# model's median lies between half and twice the adjusted effect and the intervals are alike in width. Orange: not passed; H: a holdout.

# %%
results = run_cards(deck, fewest=128, most=128)
cards_figure(results, Words("en"))

# %%
# NBVAL_CHECK_OUTPUT
for role in ("prior", "holdout"):
    whole, alone = counted(results, role, alone=False), counted(results, role, alone=True)
    print(
        f"{role:8} {whole.passed} of {whole.judged} pass; judged by size alone, because the study printed no interval: "
        f"{alone.passed} of {alone.judged}"
    )

# %%
shown = ["card", "role", "kind", "unit", "adjusted", "model", "model_low", "model_high", "outcome"]
print(table_of(results)[shown].round(3).to_string(index=False))

# %% [markdown]
# ## What each study does to the answer
#
# The answer is a difference between two policies, and draws disagree about it. A parameter explains part of that disagreement, and a
# parameter rests on studies. A study on which nothing rests can be wrong without changing the answer; one on which much rests is worth
# repeating in the city itself (notebook 03).

# %%
scenario = Scenario.load("tangsel")
ensemble = Ensemble(scenario, draws=300, scale=0.02, policies=["status_quo", "integrated"])
found = carried(ensemble.run(), ensemble.inputs_frame(), ensemble.parameters.table, "status_quo")
behind = evidence_behind(seen_studies(scenario.city), found, "integrated", [r.published.study for r in results])
wide = behind.pivot(index="study", columns="outcome", values="share").loc[list(dict.fromkeys(behind["study"]))]

# %%
# NBVAL_CHECK_OUTPUT
print((100 * wide).round(0).astype(int).head(12).to_string())

# %% [markdown]
# Percent of the variance of the difference of `integrated` that parameters resting on each study explain, where they stand out from chance.
# A holdout has zeros: no parameter rests on it. What carries an answer and rests on no study at all:

# %%
# NBVAL_CHECK_OUTPUT
for outcome in found.differences["outcome"]:
    for row in found.leading("integrated", outcome):
        if not ensemble.parameters.table[row["parameter"]].evidence:
            print(f"{outcome:14} {row['parameter']:28} {100 * row['share']:.0f} % ({row['class']})")

# %% [markdown]
# ## What this does not say
#
# - That an effect found elsewhere is that of this city. A card that passes says that the model gives back the size it was given, in the
#   unit in which it was measured.
# - A card that fails is not explained away: the reason beside it is a reason, not a pass.
# - 128 draws know a median roughly; a card that is called imprecise needs more.
# - Shares of studies do not add up: several studies stand behind one parameter, and much of the disagreement is luck.
