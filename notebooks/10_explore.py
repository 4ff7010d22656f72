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
# # How far do coaching and audits reach, what decides the answer, and what if the city works otherwise?
#
# Recipes for researchers, each a few lines on the tested library:
#
# 1. a grid over two levers, and a figure restyled,
# 2. which parameters decide (SALib),
# 3. another prior for one of them,
# 4. a process of one's own,
# 5. targets of one's own, to a new answer,
# 6. trust by kecamatan, from the agents,
# 7. ten years in place of five,
# 8. the same runs on a Dask cluster, and a study on disk.
#
# A small city (1 to 2 % of the people) and few draws keep it to a minute. Numbers of a paper need more of both.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

from IPython.display import display
from SALib.analyze import rbd_fast

from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import of_city
from analysis.decision.compare import compare
from analysis.study import Study, explore
from simulation import Ensemble, Scenario
from simulation.mesa_face.mentoring import Mentoring
from simulation.posterior.targets import shipped_targets

scenario = Scenario.load(Path("..", "scenarios", "tangsel.yaml"))
pair = scenario.with_(policies=(scenario.policy("status_quo"), scenario.policy("integrated_plus")))
SHOWN = ["competence", "side_payments", "ikm", "trust"]

# %% [markdown]
# ## A grid over two levers
#
# Every combination becomes a policy with a title; all share their draws and their luck with today's practice. What cannot be paid or
# excludes itself is left out and named.

# %%
# NBVAL_CHECK_OUTPUT
found = explore(
    scenario, {"training.follow_up": [0, 0.5, 1], "integrity.audit_probability": [0.04, 0.1, 0.5]}, draws=20, scale=0.02
)
print(found)
side = found.frame[found.frame["outcome"] == "side_payments"]
wide = side.pivot(index="integrity.audit_probability", columns="training.follow_up", values="difference")
print(wide.round(2).to_string())

# %% [markdown]
# Coaching does not move side payments; audits do, and they are paid for with training seats. The figure is an ordinary matplotlib figure:

# %%
figure = found.figure("competence")
figure.axes[0].set_title("Competence gained (SD): audits cost seats", loc="left")
figure.set_size_inches(5.2, 2.4)
display(figure)

# %% [markdown]
# ## Which parameters decide?
#
# The draws are a sample of what is not known. `parameters_frame` has the same keys as outcomes, so sensitivity indices come from runs that
# are there anyway. RBD-FAST (SALib) gives the share of the variance of a difference that one parameter explains by itself; with 100 draws
# an index below about 0.1 is noise.

# %%
# NBVAL_CHECK_OUTPUT
names = ["audit_effect", "audit_transport", "favouritism_return", "ethics_effect"]
ensemble = Ensemble(pair, draws=100, scale=0.01)
runs = ensemble.run()
last = runs[runs["month"] > 48].groupby(["policy", "draw"])["side_payments"].mean().unstack("policy")
gained = (last["integrated_plus"] - last["status_quo"]).to_numpy()
parameters = ensemble.parameters_frame()
problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
indices = rbd_fast.analyze(problem, parameters[names].to_numpy(), gained, seed=1)
for name, index in zip(names, indices["S1"], strict=True):
    print(f"{name:20} {index:5.1f}")

# %% [markdown]
# `ema_workbench` works on the same frame: where it is installed, `feature_scoring.get_ex_feature_scores_topx` and PRIM take
# `parameters[names]` and `gained` as they are.
#
# ## Another prior
#
# What if audits hardly deter? `replace` fixes a parameter, `with_priors` gives it another distribution; all other draws stay as they were.

# %%
# NBVAL_CHECK_OUTPUT
weak = ensemble.parameters.replace(audit_effect=0.0)
for title, drawn_from in (("as calibrated", "posterior"), ("audits do not deter", weak)):
    table = compare(Ensemble(pair, draws=20, scale=0.01, parameters=drawn_from).run(), "status_quo")
    row = table[(table["policy"] == "integrated_plus") & (table["outcome"] == "side_payments")].iloc[0]
    print(f"{title:20} {row.difference:+.2f} points ({row.low:+.2f} to {row.high:+.2f})")

# %% [markdown]
# ## A process of one's own
#
# `Mentoring` is a subclass of `CityModel` of fifteen lines: each month a tenth of the staff learn a little from the most competent member
# of their unit. Its numbers are made up. Runs with and without it share draws and luck, so the difference is made by the process alone.

# %%
# NBVAL_CHECK_OUTPUT
alone = scenario.with_(policies=(scenario.policy("status_quo"),))
ends = {}
for title, model in (("without", None), ("with mentors", Mentoring)):
    end = Ensemble(alone, draws=4, scale=0.01, model=model).run()
    ends[title] = end[end["month"] == 60].set_index("draw")["competence"]
gain = ends["with mentors"] - ends["without"]
print("competence gained by draw [SD]:", *(f"{value:+.2f}" for value in gain))

# %% [markdown]
# ## Targets of one's own
#
# Suppose an independent poll finds that 60 % of adults trust the city, give or take 3 points. The posterior for these targets takes
# seconds, because the runs of the reference table are there; then the same comparison is drawn from it.

# %%
# NBVAL_CHECK_OUTPUT
targets = shipped_targets("tangsel")
level = targets.targets["trusting"].model_copy(update={"value": 0.60, "se": 0.03, "discrepancy": 0.0})
mine = fit(of_city("tangsel"), targets.with_(trusting=level))
for title, drawn_from in (("as shipped", "posterior"), ("own poll", mine.parameters())):
    end = Ensemble(pair, draws=20, scale=0.01, parameters=drawn_from).run()
    start = end[(end["policy"] == "status_quo") & (end["month"] == 0)]["trusting"].mean()
    table = compare(end, "status_quo").set_index(["policy", "outcome"]).loc[("integrated_plus", "trust")]
    print(
        f"{title:12} trusting at the start {start:3.0f} %, trust {table.difference:+.2f} ({table.low:+.2f} to {table.high:+.2f})"
    )

# %% [markdown]
# ## Trust by kecamatan
#
# `final_state` makes one run again, with the same bits, and gives its agents as a table.

# %%
# NBVAL_CHECK_OUTPUT
citizens = ensemble.final_state("integrated_plus", draw=0, kind="citizens")
by_kecamatan = citizens.groupby("kecamatan")["trust"].agg(["mean", "size"])
print(by_kecamatan.assign(mean=(100 * by_kecamatan["mean"]).round(1)).to_string())

# %% [markdown]
# ## Ten years
#
# Effects of courses fade while those of procedures stay, so a horizon is an assumption too.

# %%
# NBVAL_CHECK_OUTPUT
for months in (60, 120):
    table = compare(Ensemble(pair.with_(months=months), draws=20, scale=0.01).run(), "status_quo")
    row = table[(table["policy"] == "integrated_plus") & (table["outcome"] == "competence")].iloc[0]
    print(f"{months:3} months: competence {row.difference:+.2f} SD ({row.low:+.2f} to {row.high:+.2f})")

# %% [markdown]
# ## A study on disk, and more machines
#
# `Ensemble.run` takes any executor of the form of `concurrent.futures`; `distributed.Client("tcp://…").get_executor()` is one, with
# the same bits. A study keeps every run as it finishes: stop it, go on with `asnlab resume`, add draws, verify.

# %%
# NBVAL_CHECK_OUTPUT
with TemporaryDirectory() as folder:
    study = Study.create(pair.with_(months=12), Path(folder, "mine"), draws=4, scale=0.01).run(workers=1)
    study.expand(6, workers=1)
    print("complete:", study.complete, "- draws:", study.record["run"]["draws"], "- verified:", study.verify(1).sound)
    print(sorted(file.name for file in Path(folder, "mine").iterdir() if file.is_file()))
