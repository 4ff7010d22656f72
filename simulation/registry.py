"""Every parameter of the model with its pedigree: unit, prior, class, evidence and the reason for the number.

A parameter is what nature chooses; levers (what government chooses) are in `policy.py`, facts about the city in its profile. Priors
of effects come from the literature with their bias shaved off; each contains zero and, where evidence shows harm, harm. A class says
how far to trust a number: measured (read off data on Indonesian government), literature (effect size from elsewhere, adjusted),
calibrated (fitted to targets), assumed (nobody measured it: ours). Estimates in `data/estimates/` replace the priors marked there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from simulation.declared import declared
from simulation.engine.records import Float64s
from simulation.priors import Prior

INFINITY = float("inf")


@dataclass(frozen=True)
class Parameter:
    """The declaration of a parameter.

    Attributes: unit; prior; class; evidence ids; the process that uses it; why this number; effect, whether a policy works through it
    (zero must give no effect, and no target identifies it); name, taken from the annotated attribute.
    """

    unit: str
    prior: Prior
    klass: str
    evidence: tuple[str, ...]
    used: str
    why: str
    effect: bool = False
    name: str = ""

    @property
    def value(self) -> float:
        """The median of the prior."""
        return self.prior.centre()

    def with_prior(self, prior: Prior, klass: str, evidence: tuple[str, ...], why: str) -> Parameter:
        """The same parameter with an estimate in place of its prior."""
        return replace(self, prior=prior, klass=klass, evidence=evidence, why=why)


def normal(mean: float, sd: float, low: float = -INFINITY, high: float = INFINITY) -> Prior:
    """Normal prior, truncated to [low, high]."""
    return Prior("normal", mean, sd, low, high)


def lognormal(median: float, sd: float, low: float = 0.0, high: float = INFINITY) -> Prior:
    """Lognormal prior: median and SD of the logarithm."""
    return Prior("lognormal", median, sd, low, high)


def logitnormal(median: float, sd: float) -> Prior:
    """Prior of a share: median and SD of the logit."""
    return Prior("logitnormal", median, sd, 0.0, 1.0)


def uniform(low: float, high: float) -> Prior:
    """Uniform prior."""
    return Prior("uniform", low, high, low, high)


def choice(chance: float) -> Prior:
    """A structural switch: 1 with this chance, else 0."""
    return Prior("choice", chance, 0.0, 0.0, 1.0)


ASSUMED, LITERATURE, MEASURED = "assumed", "literature", "measured"
NO_EVIDENCE: tuple[str, ...] = ()


# fmt: off
class WorkforceParameters:
    """Careers and who people are."""

    renewal: Annotated[float, Parameter("chance", Prior("beta", 38, 2, 0, 1), ASSUMED, NO_EVIDENCE, "workforce", "Most PPPK contracts are renewed; no rate was found.")]
    rotation: Annotated[float, Parameter("chance a year", uniform(0.03, 0.13), ASSUMED, ("F0207",), "workforce", "5.3 % of mentors name mutasi as the obstacle to change after training; the yearly rate itself is not published.")]
    experience: Annotated[float, Parameter("staff SD", normal(0.30, 0.15, 0.0), ASSUMED, NO_EVIDENCE, "workforce", "Competence grows with experience and levels off; size assumed.")]
    unit_share: Annotated[float, Parameter("share of variance", uniform(0.08, 0.17), LITERATURE, ("bh1996_lead_icc", "lq2002_lead_icc"), "workforce", "Intraclass correlations of 0.09 and 0.13 between work groups.")]
    domain_share: Annotated[float, Parameter("share of variance", uniform(0.3, 0.7), ASSUMED, NO_EVIDENCE, "workforce", "Part of competence common to the four domains of one person.")]


class TrainingParameters:
    """Courses, use on the job and forgetting, needs."""

    training_effect_mean: Annotated[float, Parameter("staff SD", normal(0.40, 0.20), LITERATURE, ("arthur2003_learning", "lacerenza2017_learning", "F0361"), "training", "Meta-analytic 0.63-0.73 mostly from uncontrolled or published studies: upper bounds; a third to a half shaved off, transport added.", True)]
    training_effect_sd: Annotated[float, Parameter("staff SD", Prior("halfnormal", 0.25, 0.0, 0.0), ASSUMED, ("raudenbush1985_re",), "training", "Spread of true effects between programmes: decides what evaluation is worth.", True)]
    aptitude_slope: Annotated[float, Parameter("per staff SD", normal(0.10, 0.20), ASSUMED, NO_EVIDENCE, "training", "Who gains more, the weak or the strong: either sign.", True)]
    training_hours: Annotated[float, Parameter("JP", lognormal(20, 0.5), ASSUMED, NO_EVIDENCE, "training", "Hours over which gains level off.")]
    relevance: Annotated[float, Parameter("relative gain", normal(0.0, 0.10), ASSUMED, ("arthur2003_needs", "lacerenza2017_learning"), "training", "Needs analysis: no relation (Arthur), positive (Lacerenza): centred on nothing, width assumed.", True)]
    motivation_gain: Annotated[float, Parameter("relative gain per SD", normal(0.10, 0.10), ASSUMED, ("blume2010_dir",), "training", "Motivated trainees gain more; size assumed.", True)]
    university_effect: Annotated[float, Parameter("staff SD", normal(0.05, 0.15), ASSUMED, NO_EVIDENCE, "training", "A university course against the agency's own: nobody measured it.", True)]
    blended_effect: Annotated[float, Parameter("relative gain", normal(-0.05, 0.10), ASSUMED, ("rowe2018_tech",), "training", "Blended against classroom: cheaper, perhaps a little weaker.", True)]
    coaching_effect: Annotated[float, Parameter("relative gain", normal(0.10, 0.15), ASSUMED, ("taylor2005_order",), "training", "Practice and coaching help more than lectures: order read, size assumed.", True)]
    leadership_effect: Annotated[float, Parameter("staff SD", normal(0.35, 0.20), LITERATURE, ("lacerenza2017_learning", "ghana_tfp"), "training", "Leadership courses, shaved like other training.", True)]
    job_effect_mean: Annotated[float, Parameter("SD of rated behaviour", normal(0.31, 0.20), LITERATURE, ("arthur2003_behaviour", "rowe2018_train"), "training", "What a course does to behaviour on the job as others rate it: 0.62, mostly from one-group and published studies, halved; 13 points of practice at a spread of one half are 0.26.", True)]
    client_effect_mean: Annotated[float, Parameter("SD of clients' ratings", normal(0.12, 0.09), LITERATURE, ("oliveira2015_clients", "brown1999_clients"), "training", "The same as clients rate it: 4.1 points of 100 at a spread of 17.5 between clients are 0.23, halved for publication and transport; the null of two workshops lies inside.", True)]
    leadership_job_effect: Annotated[float, Parameter("SD of rated behaviour", normal(0.41, 0.25), LITERATURE, ("lacerenza2017_transfer",), "training", "What a leadership course does to the behaviour of managers: 0.82, mostly from one-group and published studies, halved.", True)]
    learning_job_correlation: Annotated[float, Parameter("correlation", uniform(0.0, 1.0), ASSUMED, ("alliger1997", "taylor2005_order"), "training", "Between what a programme teaches and what it does on the job: signs were read, no size.")]
    repeat: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, NO_EVIDENCE, "training", "What a further course in the same domain adds to behaviour, times the one before: studies measure one course, nobody measured the fifth.")]
    seminar_effect: Annotated[float, Parameter("staff SD", normal(0.05, 0.10), ASSUMED, NO_EVIDENCE, "training", "A one-day seminar teaches little.", True)]
    seminar_on_process: Annotated[float, Parameter("SD per staff member reached", normal(0.05, 0.10), ASSUMED, NO_EVIDENCE, "training", "An idea from a seminar may repair a procedure, or start one that fails.", True)]
    use_start: Annotated[float, Parameter("share", logitnormal(0.62, 0.25), LITERATURE, ("saks2006_immediate",), "training", "Share who apply training at once.")]
    use_hazard: Annotated[float, Parameter("a month", lognormal(0.05, 0.4), LITERATURE, ("saks2006_6m", "saks2006_12m"), "training", "Chance a month that use ends, in domains that the post does not use regularly.")]
    regular_use: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, ("F0452", "F0455", "taylor2005_order"), "training", "Chance that a post uses a domain regularly, where skills hold as they did for 12 to 18 months in three studies; 157 of 541 were followed up, so the weight is not known.")]
    follow_up_on_use: Annotated[float, Parameter("log hazard", normal(0.30, 0.20), ASSUMED, ("taylor2005_order",), "training", "Coaching after the course keeps skills in use; size assumed.", True)]
    skill_half_life: Annotated[float, Parameter("months", lognormal(9.0, 0.545), LITERATURE, ("tatel2025_acc", "tatel2025_mixed"), "training", "Half-life of trained skill out of use; 90 % between 4 and 24 months.")]
    skill_loss: Annotated[float, Parameter("staff SD a month", normal(0.065, 0.02, 0.01), LITERATURE, ("tatel2025_acc", "tatel2025_speed"), "training", "Linear loss, the structural alternative to a half-life.")]
    most_hours: Annotated[float, Parameter("JP a year", uniform(40, 120), ASSUMED, NO_EVIDENCE, "needs", "Courses that a PNS attends in a year at most: rules set a minimum (20 JP) only. 40 to 120 JP are four to twelve working days.")]
    digital_rise: Annotated[float, Parameter("SD a year", normal(0.05, 0.03), ASSUMED, NO_EVIDENCE, "needs", "Digital work asks more every year, under every policy.")]


class IntegrityParameters:
    """Norms, ethics courses, audits and side payments."""

    integrity_return: Annotated[float, Parameter("a month", uniform(0.02, 0.06), ASSUMED, ("ghana_police_ethics",), "integrity", "Return to the norm; an ethics course was still felt after 20 months (sign only); size assumed.")]
    norm_weight: Annotated[float, Parameter("share", uniform(0.1, 0.4), ASSUMED, ("ng2015",), "integrity", "Weight of colleagues against the own anchor.")]
    integrity_wander: Annotated[float, Parameter("share of variance", uniform(0.1, 0.3), ASSUMED, ("univbct_commit_r12",), "integrity", "Part of the spread that comes and goes: attitudes of staff correlate 0.59 a wave apart, an upper bound because the questionnaire errs too; size assumed.")]
    ethics_effect: Annotated[float, Parameter("SD", normal(0.10, 0.10), ASSUMED, ("ghana_police_ethics", "waples2009", "medeiros2017"), "integrity", "Sign from the Ghana trial, small on average in the meta-analysis; size assumed.", True)]
    disclosure_on_integrity: Annotated[float, Parameter("SD", normal(0.02, 0.05), ASSUMED, NO_EVIDENCE, "integrity", "Publishing integrity results shifts the norm, if at all.", True)]
    integrity_on_payment: Annotated[float, Parameter("logit per SD", normal(0.50, 0.20, 0.05), ASSUMED, NO_EVIDENCE, "integrity", "How far a person's integrity decides on side payments.")]
    audit_effect: Annotated[float, Parameter("logit, audit chance 4 % to 100 %", normal(0.48, 0.24), MEASURED, ("olken_audit",), "integrity", "Missing spending 27.7 to 19.2 % in Indonesian villages, on the logit.", True)]
    audit_transport: Annotated[float, Parameter("share", Prior("beta", 2, 2, 0, 1), ASSUMED, ("olken_audit",), "integrity", "From village roads to a city's counters.", True)]
    favouritism_return: Annotated[float, Parameter("share", Prior("beta", 2, 3, 0, 1), ASSUMED, ("olken_nepotism",), "integrity", "Part of what audits prevent that returns as favouritism: it did in the trial; the share is assumed.")]
    side_payment_civil_registration: Annotated[float, Parameter("chance an encounter", logitnormal(0.22, 0.35), MEASURED, ("F0470",), "integrity", "GCB 2020, users in 12 months.")]
    side_payment_school: Annotated[float, Parameter("chance an encounter", logitnormal(0.13, 0.35), MEASURED, ("F0471",), "integrity", "GCB 2020.")]
    side_payment_health: Annotated[float, Parameter("chance an encounter", logitnormal(0.11, 0.35), MEASURED, ("F0472",), "integrity", "GCB 2020.")]
    side_payment_other: Annotated[float, Parameter("chance an encounter", logitnormal(0.12, 0.6), ASSUMED, ("F0472",), "integrity", "Services GCB did not ask about.")]


class ServiceParameters:
    """What citizens meet and answer."""

    competence_on_people: Annotated[float, Parameter("SD per staff SD", normal(0.20, 0.10), LITERATURE, ("F0212", "COL_citsat_train"), "service", "Competence that experience built, to what citizens meet: same-source Indonesian betas of 0.46 halved and more.", True)]
    integrity_on_people: Annotated[float, Parameter("SD per SD", normal(0.10, 0.06), ASSUMED, ("COL_citsat_bribe",), "service", "Honest staff serve better, beyond side payments: a third of a same-source slope of -0.29; size assumed.", True)]
    responsiveness_on_people: Annotated[float, Parameter("SD per SD", normal(0.15, 0.08), ASSUMED, ("F0115",), "service", "Responsiveness is one of the five dimensions that drive satisfaction: a third of a same-source beta of 0.47; size assumed.", True)]
    criterion_to_client: Annotated[float, Parameter("SD of clients' ratings per SD of behaviour", normal(0.36, 0.075), LITERATURE, ("cohen1981_re",), "service", "What of good work shows in the ratings of those it is done for: ratings of lecturers against achievement, spread of a further study (0.21 to 0.50). Transport to counters assumed.")]
    leadership_on_output: Annotated[float, Parameter("relative output per SD", normal(0.10, 0.07), LITERATURE, ("fenizia2022",), "service", "A manager one SD better, lastingly, raises an office's output by a tenth.")]
    leading_on_results: Annotated[float, Parameter("SD of units' results per SD of managers' behaviour", normal(0.88, 0.40), LITERATURE, ("lacerenza2017_results", "lacerenza2017_transfer"), "service", "Leadership courses moved results by 0.72 and managers' behaviour by 0.82: the ratio. SD assumed.", True)]
    hours_on_waiting: Annotated[float, Parameter("relative rise per share of working time", normal(3.0, 1.5, 0.0), ASSUMED, NO_EVIDENCE, "service", "How much longer the wait is for each part of the capacity that is missing, at the load of today: 1 / (1 - load), from one half to four fifths of the time busy.", True)]
    cover: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, NO_EVIDENCE, "service", "Share of the hours in class for which colleagues stand in at the counter.")]
    waiting_on_process: Annotated[float, Parameter("SD per relative rise", normal(0.15, 0.10), ASSUMED, ("COL_citsat_bribe",), "service", "What a longer wait takes from the process score: timely response 0.23 SD per SD in the same table, halved for common source; a wait's logarithm varies by about 0.8.", True)]
    provider_share: Annotated[float, Parameter("share of variance", uniform(0.10, 0.22), LITERATURE, ("InstEval_icc_provider",), "service", "Share of service ratings that belongs to who serves: 0.16 for lecturers.")]
    process_weight: Annotated[float, Parameter("share", uniform(0.35, 0.65), ASSUMED, NO_EVIDENCE, "service", "Weight of procedures against people in the experience.")]
    side_payment_penalty: Annotated[float, Parameter("SD", normal(0.60, 0.25, 0.0), ASSUMED, ("COL_citsat_bribe", "TUN_trust_diff"), "service", "What a demanded payment takes from the experience: sign from two surveys, size assumed.")]
    unit_spread: Annotated[float, Parameter("index points", normal(2.1, 0.5, 0.3), MEASURED, ("F0229", "F0234"), "service", "Spread between units net of survey noise.")]
    nrr_process: Annotated[float, Parameter("1-4", normal(3.36, 0.09, 2.6, 3.8), MEASURED, ("F0077",), "service", "Official mean of the process elements.")]
    nrr_people: Annotated[float, Parameter("1-4", normal(3.45, 0.10, 2.6, 3.9), MEASURED, ("F0082",), "service", "Official mean of the people elements.")]
    nrr_price: Annotated[float, Parameter("1-4", normal(3.92, 0.04, 3.2, 4.0), MEASURED, ("F0080",), "service", "Most city services are free of charge.")]
    leniency: Annotated[float, Parameter("latent SD", normal(1.2, 0.4, 0.0), MEASURED, ("F0131",), "service", "Official answers against an independent poll.")]
    ikm_drift: Annotated[float, Parameter("points a year", normal(0.6, 0.3), MEASURED, ("F0225", "F0236"), "service", "Yearly rise of official indices.")]
    survey_year_effect: Annotated[float, Parameter("index points", lognormal(0.34, 0.75), MEASURED, ("ikm_panels",), "service", "SD of what one year's survey (office, sample frame, questionnaire) adds to the official index; nothing that citizens meet.")]
    drift_real: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, NO_EVIDENCE, "service", "How much of that rise is better procedures and how much is better reporting.")]
    theme_rate: Annotated[float, Parameter("a month", uniform(0.04, 0.12), ASSUMED, NO_EVIDENCE, "service", "How often a recurring problem starts in a unit.")]
    theme_size: Annotated[float, Parameter("SD", normal(0.30, 0.15, 0.0), ASSUMED, NO_EVIDENCE, "service", "What it takes from the process score while it is open.")]
    repair_rate: Annotated[float, Parameter("a month", uniform(0.06, 0.18), ASSUMED, NO_EVIDENCE, "service", "Chance a month that it is repaired without anybody's push.")]


class TrustParameters:
    """Trust and what moves it."""

    trust_level: Annotated[float, Parameter("share", logitnormal(0.75, 0.35), MEASURED, ("F0259", "F0254"), "trust", "Trust in local government, LSI: 75 % (Feb 2023) to 90 % (Jan 2021).")]
    trust_spread: Annotated[float, Parameter("logit", normal(1.3, 0.3, 0.4), MEASURED, ("F0259",), "trust", "Spread of predispositions behind four answer categories.")]
    trust_learning: Annotated[float, Parameter("an encounter", uniform(0.05, 0.25), ASSUMED, NO_EVIDENCE, "trust", "Weight of one encounter in the trust state.")]
    trust_slope: Annotated[float, Parameter("SD per SD", normal(0.195, 0.0135, 0.0), LITERATURE, ("ESSBE5_perf_trust",), "trust", "Slope of trust on experience between people: the cross-section's 0.39 halved, once, because one respondent answered both.")]
    halo_share: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, NO_EVIDENCE, "trust", "What of the halved slope is lived experience, not halo of a general judgement by people who may not have been there: 0 nothing, 1 all.", True)]
    lasting_share: Annotated[float, Parameter("share", uniform(0.0, 1.0), ASSUMED, ("TUN_trust_diff",), "trust", "What of that slope lasting experience (b_q) makes; surprises that pass (b_d) make the rest. A cross-section cannot tell them apart.")]
    loss_aversion: Annotated[float, Parameter("ratio", lognormal(1.2, 0.45), ASSUMED, ("kampen2006", "essbe5_asym"), "trust", "Bad surprises against good: evidence on both sides of one, size assumed.")]
    expectation_learning: Annotated[float, Parameter("an encounter", uniform(0.1, 0.4), ASSUMED, NO_EVIDENCE, "trust", "How fast expectation follows experience.")]
    experience_learning: Annotated[float, Parameter("an encounter", uniform(0.1, 0.3), ASSUMED, NO_EVIDENCE, "trust", "Memory of the running experience.")]
    neighbour_pull: Annotated[float, Parameter("a month", uniform(0.0, 0.02), ASSUMED, NO_EVIDENCE, "trust", "Word of mouth in the kecamatan: pulls the state, never the predisposition.")]
    scandal_size: Annotated[float, Parameter("logit", normal(0.45, 0.2, 0.0), MEASURED, ("trust_polri", "F0252"), "trust", "Fall of trust in the police, Aug-Sep 2022, less the fall common to all.")]
    scandal_half_life: Annotated[float, Parameter("months", lognormal(4.0, 0.5), MEASURED, ("trust_polri", "F0252"), "trust", "Recovery of the same series.")]
    scandal_rate: Annotated[float, Parameter("a year", lognormal(0.1, 0.5), ASSUMED, NO_EVIDENCE, "trust", "Local scandals, the same under every policy.")]
    political_noise_sd: Annotated[float, Parameter("logit", normal(0.2, 0.08, 0.02), MEASURED, ("trust_polri", "F0252"), "trust", "Wave-to-wave movement beyond sampling error.")]
    political_noise_persistence: Annotated[float, Parameter("a month", uniform(0.7, 0.95), ASSUMED, ("trust_polri", "F0252"), "trust", "How long political mood lasts.")]
    disclosure_on_trust: Annotated[float, Parameter("logit if informed", normal(0.0, 0.05), ASSUMED, ("waddington2019",), "trust", "Publishing results alone did not move trust; no size was read, so the width is assumed.", True)]

    communication_on_trust: Annotated[float, Parameter("logit if told", normal(0.0, 0.15), ASSUMED, ("martin2020_honest_1", "martin2020_honest_2", "martin2020_honest_3", "grimmelikhuijsen2013_transparency", "alessandro2021_info", "wang2023_transparency"), "trust", "Standards and results told: honest news moved trust by 0.33, 0.21 and -0.12 points the same day, transparency hardly or downwards, good results against bad upwards, and 0.13 goes with it over all studies, which mostly only observed; sign by what is told, width assumed.", True)]
    communication_on_expectation: Annotated[float, Parameter("SD if told", normal(0.0, 0.15), ASSUMED, ("james2014_info",), "trust", "What people expect once told: a promise raises it, poor results lower it; size assumed.", True)]

class VoiceParameters:
    """Reports, complaints, feedback and forums."""

    report_rate: Annotated[float, Parameter("an adult a month", lognormal(2.5e-4, 1.0), MEASURED, ("F0031", "F0040"), "voice", "Reports not about service; two channels differ ninefold.")]
    complaint_access: Annotated[float, Parameter("share of dissatisfied", logitnormal(0.01, 0.8), ASSUMED, ("F0031",), "voice", "Access times willingness: a channel's rate, and how many reports concern service and how many encounters disappoint, both assumed.")]
    tolerance: Annotated[float, Parameter("SD", uniform(0.5, 1.5), ASSUMED, NO_EVIDENCE, "voice", "How far below expectation an encounter must fall to disappoint.")]
    belief_gain: Annotated[float, Parameter("share", normal(0.10, 0.10), ASSUMED, NO_EVIDENCE, "voice", "Belief that complaining helps, after an answer and after silence.")]
    belief_return: Annotated[float, Parameter("a thought of complaining", uniform(0.05, 0.20), ASSUMED, NO_EVIDENCE, "voice", "Return of that belief to its mean.")]
    completed_share: Annotated[float, Parameter("share a year", logitnormal(0.92, 0.8), MEASURED, ("F0469", "F0468", "F0041"), "voice", "Reports completed at the end of a year.")]
    completion_swing: Annotated[float, Parameter("logit", lognormal(2.5, 0.65), MEASURED, ("F0467", "F0468", "F0469"), "voice", "SD between years of the share completed: 8, 99 and 92 % in three years.")]
    access_effect: Annotated[float, Parameter("elasticity", normal(0.5, 0.25), ASSUMED, NO_EVIDENCE, "voice", "How much money for channels widens access.", True)]
    capacity_effect: Annotated[float, Parameter("elasticity", normal(0.7, 0.2, 0.0), ASSUMED, NO_EVIDENCE, "voice", "How much money for handling speeds answers.", True)]
    complaint_to_needs: Annotated[float, Parameter("accuracy", normal(0.05, 0.10), ASSUMED, NO_EVIDENCE, "voice", "Complaints sharpen the needs analysis, or bias it.", True)]
    complaint_to_repair: Annotated[float, Parameter("elasticity", normal(0.15, 0.20), LITERATURE, ("murali2021", "attitude_complaints"), "voice", "Answered complaints lead to repaired procedures.", True)]
    complaint_to_responsiveness: Annotated[float, Parameter("SD per relative rise", normal(0.02, 0.05), ASSUMED, NO_EVIDENCE, "voice", "Answered complaints teach the unit to listen, or to hide.", True)]
    complaint_to_trust: Annotated[float, Parameter("logit an answer", normal(0.05, 0.10), ASSUMED, ("waddington2019",), "voice", "An answer against silence, for the person who complained.", True)]
    feedback_with_means: Annotated[float, Parameter("SD of rated behaviour", normal(0.20, 0.35), LITERATURE, ("kluger1996_d", "kluger1996_neg", "ivers2014_mod"), "voice", "Feedback with means to act, on performance: helps on average, harms a third.", True)]
    feedback_without_means: Annotated[float, Parameter("SD of rated behaviour", normal(0.0, 0.20), LITERATURE, ("kluger1996_neg", "callen2020_insp6"), "voice", "Feedback without means to act, on performance.", True)]
    forum_effect: Annotated[float, Parameter("SD", normal(0.03, 0.06), LITERATURE, ("olken_invite", "olken_comment", "kiat_sam"), "voice", "Forums teach a unit what citizens want: null-ish.", True)]


class EvaluationParameters:
    """What designs see of a programme, and revisions."""

    revision_mean: Annotated[float, Parameter("staff SD", normal(0.05, 0.10), ASSUMED, ("rasul2018_inc",), "evaluation", "A revision helps a little on average; it can hurt.", True)]
    revision_sd: Annotated[float, Parameter("staff SD", Prior("halfnormal", 0.15, 0.0, 0.0), ASSUMED, NO_EVIDENCE, "evaluation", "Spread of what revisions do.", True)]
    replacement_effect: Annotated[float, Parameter("staff SD", normal(0.0, 0.10), ASSUMED, NO_EVIDENCE, "evaluation", "A programme that replaces another against those of the present catalogue: new, so it may be worse.", True)]
    test_reliability: Annotated[float, Parameter("correlation", uniform(0.5, 0.8), ASSUMED, ("univbct_ready_r12",), "evaluation", "Of a test of learning, before and after: an attitude scale of four items is at the lower end (0.53); range assumed.")]
    pre_post_bias: Annotated[float, Parameter("staff SD", normal(0.10, 0.08), ASSUMED, ("arthur2003_learning",), "evaluation", "What a one-group design adds by itself: sign from uncontrolled studies, size assumed.")]
    readiness_leniency: Annotated[float, Parameter("staff SD", normal(0.32, 0.10), LITERATURE, ("heidemeier2009_leniency",), "evaluation", "Self-rating above the supervisor's.")]
    readiness_validity: Annotated[float, Parameter("correlation", normal(0.22, 0.05), LITERATURE, ("heidemeier2009_r",), "evaluation", "Self-rated gain follows the true one weakly.")]
    reaction_mean: Annotated[float, Parameter("staff SD", normal(0.60, 0.10), LITERATURE, ("arthur2003_reaction", "sitz2010_selfassess"), "evaluation", "Satisfaction sheets please, whatever was learned.")]


class StructureParameters:
    """Which form of an equation holds: 1 or 0."""

    trust_form: Annotated[float, Parameter("1 lasting, 0 treadmill", choice(0.7), ASSUMED, NO_EVIDENCE, "structure", "Whether service leaves a lasting mark or only surprises.")]
    decay_form: Annotated[float, Parameter("1 half-life, 0 linear", choice(0.7), ASSUMED, ("tatel2025_acc",), "structure", "Shape of forgetting; the chance is assumed.")]
    aptitude_form: Annotated[float, Parameter("1 slope, 0 none", choice(0.7), ASSUMED, NO_EVIDENCE, "structure", "Whether gains depend on the start level.")]
    complaint_learning: Annotated[float, Parameter("1 on, 0 off", choice(0.6), ASSUMED, NO_EVIDENCE, "structure", "Whether complaints teach the administration anything.")]
    revision_may_harm: Annotated[float, Parameter("1 yes, 0 no", choice(0.8), ASSUMED, NO_EVIDENCE, "structure", "Whether a revision can make a course worse.")]
    job_route: Annotated[float, Parameter("1 behaviour, 0 clients", choice(0.5), ASSUMED, NO_EVIDENCE, "structure", "Whether what courses do at the counter is sized by ratings of behaviour or by clients' own ratings.")]
    cover_form: Annotated[float, Parameter("1 in part, 0 in full", choice(0.7), ASSUMED, NO_EVIDENCE, "structure", "Whether colleagues stand in for part of the hours in class or for all of them.")]


# fmt: on


class Nature(WorkforceParameters, TrainingParameters, IntegrityParameters, ServiceParameters, TrustParameters, VoiceParameters,
             EvaluationParameters, StructureParameters):  # fmt: skip
    """The parameters as the engine sees them: a record of float64, one draw. It is never instantiated in Python; it gives the type checker the names."""

    factor_correlation: float
    loading: Float64s  # (9): of the elements of the survey
    threshold: Float64s  # (9, 3)
    factor: Float64s  # (9): score that an element follows: PROCESS, PEOPLE or PRICE of `simulation.engine.columns`
    course_luck: Float64s  # (9, 2): luck of the catalogue's first courses, on learning and on the job, where a city's own evaluations know it
    course_open: Float64s  # (9, 2): 1 where it is not known and drawn, 0 where it is


def rows_of(group: type) -> tuple[Parameter, ...]:
    """Parameters of a group, each named after its attribute."""
    return tuple(replace(parameter, name=name) for name, parameter in declared(group, Parameter).items())


WORKFORCE, TRAINING, INTEGRITY = rows_of(WorkforceParameters), rows_of(TrainingParameters), rows_of(IntegrityParameters)
SERVICE, TRUST, VOICE = rows_of(ServiceParameters), rows_of(TrustParameters), rows_of(VoiceParameters)
EVALUATION, STRUCTURE = rows_of(EvaluationParameters), rows_of(StructureParameters)
REGISTRY: tuple[Parameter, ...] = WORKFORCE + TRAINING + INTEGRITY + SERVICE + TRUST + VOICE + EVALUATION + STRUCTURE
