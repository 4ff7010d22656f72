"""Every parameter of the model with its pedigree: unit, prior, class, evidence and the reason for the number.

A parameter is what nature chooses; levers (what government chooses) are in `policy.py`, facts about the city in its profile. Priors
of effects come from the literature with their bias shaved off; each contains zero and, where evidence shows harm, harm. A class says
how far to trust a number: measured (read off data on Indonesian government), literature (effect size from elsewhere, adjusted),
calibrated (fitted to targets), assumed (nobody measured it: ours). Estimates in `data/estimates/` replace the priors marked there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulation.priors import Prior

INFINITY = float("inf")


@dataclass(frozen=True)
class Parameter:
    """One parameter: name, unit, prior, class, evidence ids, the process that uses it, and why this number."""

    name: str
    unit: str
    prior: Prior
    klass: str
    evidence: tuple[str, ...]
    used: str
    why: str
    effect: bool = False  # a policy works through it: zero must give no effect, and no target identifies it

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
N = ()

P = Parameter
WORKFORCE: tuple[Parameter, ...] = (
    P("renewal", "chance", Prior("beta", 38, 2, 0, 1), ASSUMED, N, "workforce", "Most PPPK contracts are renewed; no rate was found."),
    P("rotation", "chance a year", uniform(0.03, 0.13), ASSUMED, ("F0207",), "workforce", "5.3 % of mentors name mutasi as the obstacle to change after training; the yearly rate itself is not published."),
    P("experience", "staff SD", normal(0.30, 0.15, 0.0), ASSUMED, N, "workforce", "Competence grows with experience and levels off; size assumed."),
    P("unit_share", "share of variance", uniform(0.08, 0.17), LITERATURE, ("bh1996_lead_icc", "lq2002_lead_icc"), "workforce", "Intraclass correlations of 0.09 and 0.13 between work groups."),
    P("domain_share", "share of variance", uniform(0.3, 0.7), ASSUMED, N, "workforce", "Part of competence common to the four domains of one person."),
)  # fmt: skip

TRAINING: tuple[Parameter, ...] = (
    P("training_effect_mean", "staff SD", normal(0.40, 0.20), LITERATURE, ("arthur2003_learning", "lacerenza2017_learning", "F0361"), "training", "Meta-analytic 0.63-0.73 mostly from uncontrolled or published studies: upper bounds; a third to a half shaved off, transport added.", True),
    P("training_effect_sd", "staff SD", Prior("halfnormal", 0.25, 0.0, 0.0), ASSUMED, ("raudenbush1985_re",), "training", "Spread of true effects between programmes: decides what evaluation is worth.", True),
    P("aptitude_slope", "per staff SD", normal(0.10, 0.20), ASSUMED, N, "training", "Who gains more, the weak or the strong: either sign.", True),
    P("training_hours", "JP", lognormal(20, 0.5), ASSUMED, N, "training", "Hours over which gains level off."),
    P("relevance", "relative gain", normal(0.0, 0.10), LITERATURE, ("arthur2003_needs", "lacerenza2017_learning"), "training", "Needs analysis: no relation (Arthur), positive (Lacerenza): centred on nothing.", True),
    P("motivation_gain", "relative gain per SD", normal(0.10, 0.10), LITERATURE, ("blume2010_dir",), "training", "Motivated trainees gain more; size assumed.", True),
    P("university_effect", "staff SD", normal(0.05, 0.15), ASSUMED, N, "training", "A university course against the agency's own: nobody measured it.", True),
    P("blended_effect", "relative gain", normal(-0.05, 0.10), ASSUMED, ("rowe2018_tech",), "training", "Blended against classroom: cheaper, perhaps a little weaker.", True),
    P("coaching_effect", "relative gain", normal(0.10, 0.15), LITERATURE, ("taylor2005_order",), "training", "Practice and coaching help more than lectures; size shaved.", True),
    P("leadership_effect", "staff SD", normal(0.35, 0.20), LITERATURE, ("lacerenza2017_learning", "ghana_tfp"), "training", "Leadership courses, shaved like other training.", True),
    P("seminar_effect", "staff SD", normal(0.05, 0.10), ASSUMED, N, "training", "A one-day seminar teaches little.", True),
    P("seminar_on_process", "SD per staff member reached", normal(0.05, 0.10), ASSUMED, N, "training", "An idea from a seminar may repair a procedure, or start one that fails.", True),
    P("use_start", "share", logitnormal(0.62, 0.25), LITERATURE, ("saks2006_immediate",), "training", "Share who apply training at once."),
    P("use_hazard", "a month", lognormal(0.05, 0.4), LITERATURE, ("saks2006_6m", "saks2006_12m"), "training", "Chance a month that use ends."),
    P("follow_up_on_use", "log hazard", normal(0.30, 0.20), LITERATURE, ("taylor2005_order",), "training", "Coaching after the course keeps skills in use; size assumed.", True),
    P("leadership_on_use", "log hazard per SD", normal(0.10, 0.07), LITERATURE, ("fenizia2022",), "training", "One SD of manager quality raises output by a tenth.", True),
    P("skill_half_life", "months", lognormal(9.0, 0.545), LITERATURE, ("tatel2025_acc", "tatel2025_mixed"), "training", "Half-life of trained skill out of use; 90 % between 4 and 24 months."),
    P("skill_loss", "staff SD a month", normal(0.065, 0.02, 0.01), LITERATURE, ("tatel2025_acc", "tatel2025_speed"), "training", "Linear loss, the structural alternative to a half-life."),
    P("digital_rise", "SD a year", normal(0.05, 0.03), ASSUMED, N, "needs", "Digital work asks more every year, under every policy."),
)  # fmt: skip

INTEGRITY: tuple[Parameter, ...] = (
    P("integrity_return", "a month", uniform(0.02, 0.06), LITERATURE, ("ghana_police_ethics",), "integrity", "Return to the norm; an ethics course was still felt after 20 months."),
    P("norm_weight", "share", uniform(0.1, 0.4), ASSUMED, ("ng2015",), "integrity", "Weight of colleagues against the own anchor."),
    P("integrity_wander", "share of variance", uniform(0.1, 0.3), LITERATURE, ("univbct_commit_r12",), "integrity", "Part of the spread that comes and goes."),
    P("ethics_effect", "SD", normal(0.10, 0.10), LITERATURE, ("ghana_police_ethics", "waples2009", "medeiros2017"), "integrity", "Sign from the Ghana trial, small on average in the meta-analysis; size assumed.", True),
    P("disclosure_on_integrity", "SD", normal(0.02, 0.05), ASSUMED, N, "integrity", "Publishing integrity results shifts the norm, if at all.", True),
    P("integrity_on_payment", "logit per SD", normal(0.50, 0.20, 0.05), ASSUMED, N, "integrity", "How far a person's integrity decides on side payments."),
    P("audit_effect", "logit, audit chance 4 % to 100 %", normal(0.48, 0.24), MEASURED, ("olken_audit",), "integrity", "Missing spending 27.7 to 19.2 % in Indonesian villages, on the logit.", True),
    P("audit_transport", "share", Prior("beta", 2, 2, 0, 1), ASSUMED, ("olken_audit",), "integrity", "From village roads to a city's counters.", True),
    P("favouritism_return", "share", Prior("beta", 2, 3, 0, 1), LITERATURE, ("olken_nepotism",), "integrity", "Part of what audits prevent that returns as favouritism."),
    P("side_payment_civil_registration", "chance an encounter", logitnormal(0.22, 0.35), MEASURED, ("F0470",), "integrity", "GCB 2020, users in 12 months."),
    P("side_payment_school", "chance an encounter", logitnormal(0.13, 0.35), MEASURED, ("F0471",), "integrity", "GCB 2020."),
    P("side_payment_health", "chance an encounter", logitnormal(0.11, 0.35), MEASURED, ("F0472",), "integrity", "GCB 2020."),
    P("side_payment_other", "chance an encounter", logitnormal(0.12, 0.6), ASSUMED, ("F0472",), "integrity", "Services GCB did not ask about."),
)  # fmt: skip

SERVICE: tuple[Parameter, ...] = (
    P("competence_on_people", "SD per staff SD", normal(0.20, 0.10), LITERATURE, ("F0212", "COL_citsat_train"), "service", "Competence to what citizens meet: same-source Indonesian betas of 0.46 halved and more.", True),
    P("integrity_on_people", "SD per SD", normal(0.10, 0.06), LITERATURE, ("COL_citsat_bribe",), "service", "Honest staff serve better, beyond side payments.", True),
    P("responsiveness_on_people", "SD per SD", normal(0.15, 0.08), LITERATURE, ("F0115",), "service", "Responsiveness is one of the five dimensions that drive satisfaction.", True),
    P("load_on_people", "SD per unit of load", normal(1.0, 0.5, 0.0), ASSUMED, N, "service", "Hours in class are hours off the counter.", True),
    P("provider_share", "share of variance", uniform(0.10, 0.22), LITERATURE, ("InstEval_icc_provider",), "service", "Share of service ratings that belongs to who serves: 0.16 for lecturers."),
    P("process_weight", "share", uniform(0.35, 0.65), ASSUMED, N, "service", "Weight of procedures against people in the experience."),
    P("side_payment_penalty", "SD", normal(0.60, 0.25, 0.0), LITERATURE, ("COL_citsat_bribe", "TUN_trust_diff"), "service", "What a demanded payment takes from the experience."),
    P("unit_spread", "index points", normal(2.1, 0.5, 0.3), MEASURED, ("F0229", "F0234"), "service", "Spread between units net of survey noise."),
    P("nrr_process", "1-4", normal(3.36, 0.09, 2.6, 3.8), MEASURED, ("F0077",), "service", "Official mean of the process elements."),
    P("nrr_people", "1-4", normal(3.45, 0.10, 2.6, 3.9), MEASURED, ("F0082",), "service", "Official mean of the people elements."),
    P("nrr_price", "1-4", normal(3.92, 0.04, 3.2, 4.0), MEASURED, ("F0080",), "service", "Most city services are free of charge."),
    P("leniency", "latent SD", normal(1.2, 0.4, 0.0), MEASURED, ("F0131",), "service", "Official answers against an independent poll."),
    P("ikm_drift", "points a year", normal(0.6, 0.3), MEASURED, ("F0225", "F0236"), "service", "Yearly rise of official indices."),
    P("drift_real", "share", uniform(0.0, 1.0), ASSUMED, N, "service", "How much of that rise is better procedures and how much is better reporting."),
    P("theme_rate", "a month", uniform(0.04, 0.12), ASSUMED, N, "service", "How often a recurring problem starts in a unit."),
    P("theme_size", "SD", normal(0.30, 0.15, 0.0), ASSUMED, N, "service", "What it takes from the process score while it is open."),
    P("repair_rate", "a month", uniform(0.06, 0.18), ASSUMED, N, "service", "Chance a month that it is repaired without anybody's push."),
)  # fmt: skip

TRUST: tuple[Parameter, ...] = (
    P("trust_level", "share", logitnormal(0.75, 0.35), MEASURED, ("F0259", "F0254"), "trust", "Trust in local government, LSI: 75 % (Feb 2023) to 90 % (Jan 2021)."),
    P("trust_spread", "logit", normal(1.3, 0.3, 0.4), MEASURED, ("F0259",), "trust", "Spread of predispositions behind four answer categories."),
    P("trust_learning", "an encounter", uniform(0.05, 0.25), ASSUMED, N, "trust", "Weight of one encounter in the trust state."),
    P("trust_experience", "logit per SD", normal(0.20, 0.15), LITERATURE, ("ESSBE5_perf_trust", "TUN_trust_diff"), "trust", "Lasting effect of service; cross-section slopes halved for common source.", True),
    P("trust_disconfirmation", "logit per SD", normal(0.20, 0.15), LITERATURE, ("zhang_chen2022",), "trust", "Effect of a surprise against expectation; fades as expectation adapts.", True),
    P("loss_aversion", "ratio", lognormal(1.2, 0.45), LITERATURE, ("kampen2006", "essbe5_asym"), "trust", "Bad surprises against good: evidence on both sides of one."),
    P("expectation_learning", "an encounter", uniform(0.1, 0.4), ASSUMED, N, "trust", "How fast expectation follows experience."),
    P("experience_learning", "an encounter", uniform(0.1, 0.3), ASSUMED, N, "trust", "Memory of the running experience."),
    P("neighbour_pull", "a month", uniform(0.0, 0.02), ASSUMED, N, "trust", "Word of mouth in the kecamatan: pulls the state, never the predisposition."),
    P("scandal_size", "logit", normal(0.45, 0.2, 0.0), MEASURED, ("F0252",), "trust", "Fall of trust in the police, Aug-Sep 2022, less the fall common to all."),
    P("scandal_half_life", "months", lognormal(4.0, 0.5), MEASURED, ("F0252",), "trust", "Recovery of the same series."),
    P("scandal_rate", "a year", lognormal(0.1, 0.5), ASSUMED, N, "trust", "Local scandals, the same under every policy."),
    P("political_noise_sd", "logit", normal(0.2, 0.08, 0.02), MEASURED, ("F0252",), "trust", "Wave-to-wave movement beyond sampling error."),
    P("political_noise_persistence", "a month", uniform(0.7, 0.95), ASSUMED, ("F0252",), "trust", "How long political mood lasts."),
    P("disclosure_on_trust", "logit if informed", normal(0.0, 0.05), LITERATURE, ("waddington2019",), "trust", "Publishing results alone did not move trust.", True),
)  # fmt: skip

VOICE: tuple[Parameter, ...] = (
    P("report_rate", "an adult a month", lognormal(2.5e-4, 1.0), MEASURED, ("F0031", "F0040"), "voice", "Reports not about service; two channels differ ninefold."),
    P("complaint_access", "share of dissatisfied", logitnormal(0.01, 0.8), MEASURED, ("F0031",), "voice", "Access times willingness."),
    P("tolerance", "SD", uniform(0.5, 1.5), ASSUMED, N, "voice", "How far below expectation an encounter must fall to disappoint."),
    P("belief_gain", "share", normal(0.10, 0.10), ASSUMED, N, "voice", "Belief that complaining helps, after an answer and after silence."),
    P("belief_return", "a thought of complaining", uniform(0.05, 0.20), ASSUMED, N, "voice", "Return of that belief to its mean."),
    P("completed_share", "share a year", logitnormal(0.92, 0.8), MEASURED, ("F0469", "F0468", "F0041"), "voice", "Reports completed at the end of a year."),
    P("access_effect", "elasticity", normal(0.5, 0.25), ASSUMED, N, "voice", "How much money for channels widens access.", True),
    P("capacity_effect", "elasticity", normal(0.7, 0.2, 0.0), ASSUMED, N, "voice", "How much money for handling speeds answers.", True),
    P("complaint_to_needs", "accuracy", normal(0.05, 0.10), ASSUMED, N, "voice", "Complaints sharpen the needs analysis, or bias it.", True),
    P("complaint_to_repair", "elasticity", normal(0.15, 0.20), LITERATURE, ("murali2021", "attitude_complaints"), "voice", "Answered complaints lead to repaired procedures.", True),
    P("complaint_to_responsiveness", "SD per relative rise", normal(0.02, 0.05), ASSUMED, N, "voice", "Answered complaints teach the unit to listen, or to hide.", True),
    P("complaint_to_trust", "logit an answer", normal(0.05, 0.10), ASSUMED, ("waddington2019",), "voice", "An answer against silence, for the person who complained.", True),
    P("feedback_with_means", "SD", normal(0.20, 0.35), LITERATURE, ("kluger1996_d", "kluger1996_neg", "ivers2014_mod"), "voice", "Feedback with means to act: helps on average, harms a third.", True),
    P("feedback_without_means", "SD", normal(0.0, 0.20), LITERATURE, ("kluger1996_neg", "callen2020_insp6"), "voice", "Feedback without means to act.", True),
    P("forum_effect", "SD", normal(0.03, 0.06), LITERATURE, ("olken_invite", "olken_comment", "kiat_sam"), "voice", "Forums teach a unit what citizens want: null-ish.", True),
)  # fmt: skip

EVALUATION: tuple[Parameter, ...] = (
    P("revision_mean", "staff SD", normal(0.05, 0.10), ASSUMED, ("rasul2018_inc",), "evaluation", "A revision helps a little on average; it can hurt.", True),
    P("revision_sd", "staff SD", Prior("halfnormal", 0.15, 0.0, 0.0), ASSUMED, N, "evaluation", "Spread of what revisions do.", True),
    P("test_reliability", "correlation", uniform(0.5, 0.8), LITERATURE, ("univbct_ready_r12",), "evaluation", "Of a test of learning, before and after."),
    P("pre_post_bias", "staff SD", normal(0.10, 0.08), LITERATURE, ("arthur2003_learning",), "evaluation", "What a one-group design adds by itself."),
    P("readiness_leniency", "staff SD", normal(0.32, 0.10), LITERATURE, ("heidemeier2009_leniency",), "evaluation", "Self-rating above the supervisor's."),
    P("readiness_validity", "correlation", normal(0.22, 0.05), LITERATURE, ("heidemeier2009_r",), "evaluation", "Self-rated gain follows the true one weakly."),
    P("reaction_mean", "staff SD", normal(0.60, 0.10), LITERATURE, ("arthur2003_reaction", "sitz2010_selfassess"), "evaluation", "Satisfaction sheets please, whatever was learned."),
)  # fmt: skip

STRUCTURE: tuple[Parameter, ...] = (
    P("trust_form", "1 lasting, 0 treadmill", choice(0.7), ASSUMED, N, "structure", "Whether service leaves a lasting mark or only surprises."),
    P("decay_form", "1 half-life, 0 linear", choice(0.7), LITERATURE, ("tatel2025_acc",), "structure", "Shape of forgetting."),
    P("aptitude_form", "1 slope, 0 none", choice(0.7), ASSUMED, N, "structure", "Whether gains depend on the start level."),
    P("complaint_learning", "1 on, 0 off", choice(0.6), ASSUMED, N, "structure", "Whether complaints teach the administration anything."),
    P("revision_may_harm", "1 yes, 0 no", choice(0.8), ASSUMED, N, "structure", "Whether a revision can make a course worse."),
)  # fmt: skip

REGISTRY: tuple[Parameter, ...] = WORKFORCE + TRAINING + INTEGRITY + SERVICE + TRUST + VOICE + EVALUATION + STRUCTURE
