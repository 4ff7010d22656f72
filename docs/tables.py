"""Tables of the documentation that follow from the code: parameters, seats that a budget buys, the arithmetic of competence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from simulation import Parameters, Scenario
from simulation.city import load_profile
from simulation.engine.columns import DOMAINS
from simulation.lever import DearerSeats, Free, Lever, Price
from simulation.levers import budget, money_of, spare_seats
from simulation.policy import LEVERS
from simulation.posterior.checked import calibrated
from simulation.registry import EVALUATION, INTEGRITY, SERVICE, STRUCTURE, TRAINING, TRUST, VOICE, WORKFORCE, Parameter

SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "tangsel.yaml"
CLASSES = {
    "measured": "read off data on Indonesian government, widened where it had to be carried to a city",
    "literature": "an effect size or a rate from studies elsewhere, with known biases taken off and transport added",
    "calibrated": "narrowed by a tenth of its spread or more when runs of the model had to show published figures",
    "assumed": "nobody measured it: our judgement, wide, with zero inside where it is an effect",
}
GROUPS = {
    "Workforce": WORKFORCE, "Training and needs": TRAINING, "Integrity": INTEGRITY, "Service": SERVICE, "Trust": TRUST,
    "Voice": VOICE, "Evaluation": EVALUATION, "Structural choices": STRUCTURE,
}  # fmt: skip

PAGE = """# Parameters

Made by `make docs` from `simulation/registry.py`, `data/estimates/tangsel.yaml` and the posterior `data/posterior/tangsel.csv`;
do not edit it by hand. A test fails when it differs from them.

A parameter is what nature chooses; a lever is what government chooses ([how levers work](odd.md#what-each-lever-touches)); a fact
about the city is in `data/cities/tangsel.yaml` with its own source. In every draw each parameter takes a value from its prior, or, where it
is calibrated, all calibrated parameters together take a draw of the posterior ([calibration](calibration.md)); `--prior` leaves that out.

- **Prior**: `normal(mean, SD)`, `lognormal(median, SD of the log)`, `logitnormal(median, SD of the logit)`, `uniform(low, high)`,
  `halfnormal(SD)`, `beta(a, b)`, or a chance of 1. Bounds in brackets cut it.
- **Posterior**: median and central 90 % of a calibrated parameter; the last column says how much of its spread published figures took away.
- **Effect**: a policy works through it. With all effects at zero no policy makes any difference (tested); no target identifies them.
- **Evidence**: rows of `data/figures.csv` (F and a number), `data/effects.csv`, `data/derived_moments.csv`, or the name of a table.
  An assumed parameter may name rows that bound it or suggest it; they do not measure it.

"""


def median(value: float) -> str:
    """A median with three significant digits."""
    return f"{value:.3g}"


def cell(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(cell(c) for c in row) + " |" for row in rows)])


def class_counts() -> str:
    """How many parameters each evidence class has, and how many of them are effects."""
    rows = list(calibrated().table.values())
    counted = []
    for name, meaning in CLASSES.items():
        members = [p for p in rows if p.klass == name]
        counted.append([name, str(len(members)), str(sum(p.effect for p in members)), meaning])
    counted.append(["all", str(len(rows)), str(sum(p.effect for p in rows)), ""])
    return table(["class", "parameters", "of them effects", "what it means"], counted)


def parameter_row(parameter: Parameter) -> list[str]:
    """One parameter as cells."""
    return [
        f"`{parameter.name}`",
        parameter.unit,
        median(parameter.value),
        parameter.prior.words(),
        parameter.klass,
        "yes" if parameter.effect else "",
        parameter.used,
        ", ".join(parameter.evidence) or "none",
        parameter.why,
    ]


def parameters_page() -> str:
    """docs/parameters.md."""
    known = calibrated().table
    heads = ["name", "unit", "median", "prior", "class", "effect", "process", "evidence", "why this number"]
    parts = [PAGE + "## By class\n\n" + class_counts() + "\n"]
    for title, group in GROUPS.items():
        parts.append(f"## {title}\n\n" + table(heads, (parameter_row(known[p.name]) for p in group)) + "\n")
    return "\n".join(parts)


def cost_of(lever: Lever) -> str:
    """How a lever is paid for."""
    match lever.cost:
        case Price(item=item):
            return f"money for {item}"
        case DearerSeats(kind="leader"):
            return "dearer leadership seats"
        case DearerSeats():
            return "dearer seats"
        case Free(why=why):
            return f"free: {why}"


def allowed(lever: Lever) -> str:
    """Values that a lever may take."""
    if lever.choices:
        return ", ".join(f"`{choice}`" for choice in lever.choices)
    return "yes, no" if isinstance(lever.default, bool) else f"{lever.low:g} to {lever.high:g}"


def levers() -> str:
    """Every lever as it is declared."""
    rows = []
    for lever in LEVERS.values():
        today = ("no", "yes")[lever.default] if isinstance(lever.default, bool) else f"{lever.packed(lever.default):g}"
        today = f"`{lever.default}`" if lever.choices else today
        unit = lever.unit if lever.unit else "choice" if lever.choices else "switch"
        rows.append([f"`{lever.name}`", lever.en, unit, today, allowed(lever), lever.process, cost_of(lever)])
    return table(["lever", "what it is", "unit", "today", "allowed", "process", "paid with"], rows)


def seats() -> str:
    """What each shipped policy's yearly budget buys."""
    scenario = Scenario.load(SCENARIO)
    profile = load_profile(scenario.city)
    rows = []
    for policy in scenario.policies:
        split, money = budget(policy, profile), money_of(policy, profile)
        other = split.total - split.training
        rows.append(
            [
                f"`{policy.name}`",
                f"{split.total / 1e9:.1f}",
                f"{other / 1e9:.1f}",
                f"{money.seat_price / 1e6:.2f}",
                f"{money.seats / profile.staff:.2f}",
                f"{money.leader_seats:.0f}",
                f"{sum(kind.unspent for kind in spare_seats(policy, profile)) / 1e9:.1f}",
            ]
        )
    heads = ["policy", "budget, Rp billion a year", "of it not for courses", "price of a seat, Rp million",
             "seats a head and year", "leadership seats a year", "that nobody can spend, Rp billion"]  # fmt: skip
    return table(heads, rows)


def arithmetic() -> str:
    """Why competence moves by hundredths of an SD: the medians multiplied, line by line."""
    scenario = Scenario.load(SCENARIO)
    profile = load_profile(scenario.city)
    value = {name: p.value for name, p in Parameters.load().table.items()}
    lines, held = [], {}
    moved, regular = value["rotation"] / 12, value["regular_use"]
    months = (1 - regular) / (value["use_hazard"] + moved) + regular / moved
    for name in ("status_quo", "integrated"):
        a_head = money_of(scenario.policy(name), profile).seats / profile.staff
        yearly = a_head * value["training_effect_mean"] / DOMAINS
        held[name] = yearly * value["use_start"] * months / 12
        lines.append(
            f"- `{name}`: {a_head:.2f} seats a head and year × {value['training_effect_mean']:.2f} SD a seat / {DOMAINS} domains = "
            f"{yearly:.3f} SD learned a year. Of it {100 * value['use_start']:.0f} % is put to use, for at most "
            f"{months:.0f} months on average (rotation {moved:.3f} a month, and in the {100 * (1 - regular):.0f} % of domains without "
            f"regular use the hazard {value['use_hazard']:.3f}; who leaves is not counted): {held[name]:.3f} SD in use in the long run."
        )
    change = held["integrated"] - held["status_quo"]
    lines.append(
        f"- So everything that today's courses hold in use is about {held['status_quo']:.2f} SD. Fewer seats alone change it by "
        f"{change:+.3f} SD; better targeting, follow-up, coaching and adapted courses have to earn that back, each as a few percent "
        "of the same small number."
    )
    return "\n".join(lines)
