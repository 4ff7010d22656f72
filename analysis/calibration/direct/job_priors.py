"""Bias-adjusted priors of what courses do on the job, and of what of it a citizen meets."""

from __future__ import annotations

from scipy.stats import norm

from analysis.calibration.direct.bias_adjusted import BiasAdjusted, Shave, shaved, step
from analysis.calibration.direct.published import effect, moment

__all__ = [
    "client_effect_mean",
    "criterion_to_client",
    "job_effect_mean",
    "leadership_job_effect",
    "leadership_on_output",
    "leading_on_results",
]

ONE_GROUP = Shave(0.5, "mostly one-group and published studies: growth, retesting and selection are inside")
CLIENT_SD = 17.5  # of clients on a scale of 100 points of satisfaction; 15 to 20 is usual


def job_effect_mean() -> BiasAdjusted:
    """Mean true effect of a programme on behaviour that others rate, at the reference hours."""
    top = effect("arthur2003_behaviour")
    mean = step(shaved(top, (ONE_GROUP,)), 0.01)
    return BiasAdjusted(
        "job_effect_mean",
        mean,
        step(mean / float(norm.ppf(0.95)), 0.05),
        "SD of rated behaviour",
        {"arthur2003_behaviour": top},
        (ONE_GROUP,),
        "the meta-analytic effect on behaviour halved; SD: a twentieth of the mass on harm. Thirteen points of practice "
        "after training in poorer countries (rowe2018_train) are 0.26 at a spread of one half, and lie inside",
    )


def client_effect_mean() -> BiasAdjusted:
    """The same as clients rate it, without any way through behaviour."""
    size = effect("oliveira2015_clients")
    error = (effect("oliveira2015_clients", "ci_high") - effect("oliveira2015_clients", "ci_low")) / (
        2.0 * float(norm.ppf(0.975))
    )
    shaves = (Shave(0.5, "published trials of courses in communication, with clinicians who volunteered, abroad"),)
    return BiasAdjusted(
        "client_effect_mean",
        step(shaved(size, shaves) / CLIENT_SD, 0.01),
        step(error / CLIENT_SD, 0.01),
        "SD of clients' ratings",
        {"oliveira2015_clients": size},
        shaves,
        "points of 100 over the spread between clients, halved; SD: the unshaved error of the pooled effect, which "
        "leaves room for transport. The null of two workshops (brown1999_clients) lies inside",
    )


def leadership_job_effect() -> BiasAdjusted:
    """What a leadership course does to the behaviour of managers."""
    size = effect("lacerenza2017_transfer")
    mean = step(shaved(size, (ONE_GROUP,)), 0.01)
    return BiasAdjusted(
        "leadership_job_effect",
        mean,
        step(mean / float(norm.ppf(0.95)), 0.05),
        "SD of rated behaviour",
        {"lacerenza2017_transfer": size},
        (ONE_GROUP,),
        "transfer of leadership courses halved, as for other courses; SD: a twentieth of the mass on harm",
    )


def leading_on_results() -> BiasAdjusted:
    """Results of a unit per SD of its managers' behaviour."""
    results, transfer = effect("lacerenza2017_results"), effect("lacerenza2017_transfer")
    return BiasAdjusted(
        "leading_on_results",
        step(results / transfer, 0.01),
        0.40,
        "SD of units' results per SD of managers' behaviour",
        {"lacerenza2017_results": results, "lacerenza2017_transfer": transfer},
        (),
        "results over transfer in one meta-analysis; both are shaved alike, so the ratio is not. SD assumed: the two "
        "pools are different studies",
    )


def leadership_on_output() -> BiasAdjusted:
    """Output of a unit per SD of what lasts of its manager."""
    size = effect("fenizia2022")
    return BiasAdjusted(
        "leadership_on_output",
        step(size, 0.01),
        step(0.7 * size, 0.01),
        "relative output per SD",
        {"fenizia2022": size},
        (),
        "managers who rotate between Italian offices; used as it is. No error was read: a coefficient of variation of "
        "0.7 is assumed",
    )


def criterion_to_client() -> BiasAdjusted:
    """What of good work shows in the ratings of those it is done for."""
    low, high = 0.208, 0.502  # prediction interval printed in the note of cohen1981_re
    return BiasAdjusted(
        "criterion_to_client",
        step(moment("cohen1981_re"), 0.01),
        step((high - low) / (2.0 * float(norm.ppf(0.975))), 0.005),
        "SD of clients' ratings per SD of behaviour",
        {"cohen1981_re": moment("cohen1981_re")},
        (),
        "ratings of lecturers by their students against what these achieved, 20 studies; SD: that of a further study. "
        "That counters are like lectures is assumed",
    )
