"""Policy: what the government chooses. Data, not code: frozen, checked, written in YAML, added with `a + b`.

Every lever of the policy paper has its block: training (continuous, leadership, providers, methods), needs, integrity, evaluation,
participation. A lever at its default is the practice of today. A lever is declared here and nowhere else: a process reads it under the
same name (`levers.training.follow_up`), and budget, reports, tables and tests follow from its `Lever`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import Field, model_validator

from data.errors import InputError
from data.notebook import table
from simulation.blocks import Block, Shares, flatten, unflatten
from simulation.files import build, read_yaml
from simulation.lever import DearerSeats, Free, Lever, Price, levers_of
from simulation.practice import ETHICS_HOURS, PROGRAMMES_RUN, USUAL_AUDIT

if TYPE_CHECKING:
    from simulation.city import Profile

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Text(Block):
    """A text in English and Indonesian."""

    en: str
    id: str


def analysis(policy: Policy, profile: Profile) -> float:
    """A needs analysis of everybody, as exact as it is."""
    return profile.money("price_needs_analysis") * profile.staff * policy.needs.accuracy


def ethics_courses(policy: Policy, profile: Profile) -> float:
    """Ethics courses for a share of the staff."""
    return policy.integrity.ethics_share * profile.staff * ETHICS_HOURS * profile.money("price_ethics_per_jp")


def audits(policy: Policy, profile: Profile) -> float:
    """Audits beyond today's; fewer save nothing that is known."""
    more = max(policy.integrity.audit_probability - USUAL_AUDIT, 0.0)
    return more * profile.units * 12 * profile.money("price_audit")


def measured_price(policy: Policy, profile: Profile) -> float:
    """Price of evaluating one participant by the design [rupiah]."""
    prices = {
        "none": 0.0,
        "satisfaction": profile.money("price_reaction_sheet"),
        "readiness": profile.money("price_readiness"),
        "pre_post": profile.money("price_test"),
        "pre_post_control": profile.money("price_test") + profile.money("price_control"),
    }
    return prices[policy.evaluation.design]


def measurements(policy: Policy, profile: Profile) -> float:
    """A full sample in every programme."""
    return PROGRAMMES_RUN * policy.evaluation.sample * measured_price(policy, profile)


def channels(policy: Policy, profile: Profile) -> float:
    """A channel as large as the neighbour's own for each time today's money; less money saves nothing that is known."""
    part, reports = policy.participation, float(profile.numbers["complaints"]["own_channel_reports"])
    more = max(part.channel_access - 1.0, 0.0) + max(part.handling_capacity - 1.0, 0.0)
    return more * reports * profile.money("price_channel_case")


def forums(policy: Policy, profile: Profile) -> float:
    """Forums in every unit that meets the public."""
    return policy.participation.forums_per_year * profile.units_facing * profile.money("price_forum")


def publication(policy: Policy, profile: Profile) -> float:
    """A case a month for every unit that meets the public, for audits and results together."""
    published = policy.participation.disclose_results or policy.integrity.disclosure
    return 12 * profile.money("price_channel_case") * profile.units_facing if published else 0.0


def passing_on(policy: Policy, profile: Profile) -> float:
    """A case a month for every unit that meets the public, as far as results reach it."""
    return policy.participation.feedback * 12 * profile.money("price_channel_case") * profile.units_facing


def telling(policy: Policy, profile: Profile) -> float:
    """Messages for a share of the adults."""
    return policy.participation.communication * float(profile.numbers["adults"]) * profile.money("price_told")


ANALYSIS, ETHICS, AUDITS = Price("needs", analysis), Price("ethics", ethics_courses), Price("audits", audits)
MEASUREMENTS = Price("evaluation", measurements)
CHANNELS, FORUMS = Price("participation", channels), Price("participation", forums)
PUBLICATION, PASSING_ON = Price("participation", publication), Price("participation", passing_on)
TELLING = Price("participation", telling)
DEARER, DEARER_LEADERS = DearerSeats("seat"), DearerSeats("leader")
DIVIDES = Free("divides the training money between leadership and other courses")
SPLITS = Free("says who gets the seats, which are paid")
MIX = Free("the cheap part of a mix whose other parts are paid")
TAKES_ANALYSIS = Free("takes a needs analysis, which is paid")
DECIDES = Free("a rule of the office; what is revised is paid when it is revised")


# fmt: off
class Providers(Shares):
    """Who teaches: the agency's own centre, a university or institute, or a seminar or workshop on innovation."""

    agency: Annotated[Share, Lever(
        "courses by the agency's own centre", "pelatihan oleh lembaga sendiri", "training", MIX, "share")] = 0.90
    university: Annotated[Share, Lever(
        "courses by universities and institutes", "pelatihan oleh perguruan tinggi dan lembaga", "training", DEARER, "share")] = 0.05
    seminar: Annotated[Share, Lever(
        "seminars and workshops on innovation", "seminar dan lokakarya inovasi", "training", MIX, "share")] = 0.05


class Methods(Shares):
    """How: klasikal (classroom), blended (with e-learning), coaching (at the workplace)."""

    klasikal: Annotated[Share, Lever("classroom (klasikal)", "klasikal", "training", MIX, "share")] = 0.80
    blended: Annotated[Share, Lever(
        "blended with e-learning", "bauran dengan pembelajaran elektronik", "training", MIX, "share")] = 0.20
    coaching: Annotated[Share, Lever("coaching at the workplace", "pendampingan di tempat kerja", "training", DEARER, "share")] = 0.0


class Domains(Shares):
    """In what: shares of the seats. By lot a seat's domain is drawn by them; a needs analysis gives the larger shares precedence."""

    managerial: Annotated[Share, Lever("seats for managerial competence", "kuota kompetensi manajerial", "needs", SPLITS, "share")] = 0.25
    sociocultural: Annotated[Share, Lever(
        "seats for sociocultural competence", "kuota kompetensi sosial kultural", "needs", SPLITS, "share")] = 0.25
    technical: Annotated[Share, Lever("seats for technical competence", "kuota kompetensi teknis", "needs", SPLITS, "share")] = 0.25
    digital: Annotated[Share, Lever("seats for digital competence", "kuota kompetensi digital", "needs", SPLITS, "share")] = 0.25


class Training(Block):
    """Continuous training and leadership courses."""

    hours_per_person: Annotated[float, Field(ge=1, le=200), Lever(
        "JP of a course", "JP per pelatihan", "training", DEARER, "JP")] = 20.0
    leadership_share: Annotated[Share, Lever(
        "share of training money for leadership", "bagian dana pelatihan untuk kepemimpinan", "training", DIVIDES, "share")] = 0.10
    leadership_hours: Annotated[float, Field(ge=1, le=400), Lever(
        "JP of a leadership course", "JP pelatihan kepemimpinan", "training", DEARER_LEADERS, "JP")] = 40.0
    targeting: Annotated[Literal["equal", "needs"], Lever("who is trained", "sasaran peserta", "needs", TAKES_ANALYSIS, words={
        "equal": ("everyone alike", "merata"), "needs": ("by need", "menurut kebutuhan")})] = "equal"
    follow_up: Annotated[Share, Lever(
        "trainees coached after the course", "peserta yang didampingi setelah pelatihan", "training", DEARER, "share")] = 0.0
    counter_seats: Annotated[Share, Lever(
        "seats reserved for people at counters", "kuota untuk petugas loket", "needs", SPLITS, "share")] = 0.0
    providers: Providers = Providers()
    methods: Methods = Methods()
    domains: Domains = Domains()


class Needs(Block):
    """Needs analysis (AKPK). Accuracy is the correlation of the estimated with the true gap; 0 is no analysis."""

    accuracy: Annotated[Share, Lever(
        "accuracy of the needs analysis", "ketepatan analisis kebutuhan", "needs", ANALYSIS, "correlation")] = 0.0
    complaints_inform: Annotated[bool, Lever(
        "complaints inform the needs analysis", "pengaduan menjadi masukan analisis kebutuhan", "needs", TAKES_ANALYSIS)] = False


class Integrity(Block):
    """Integrity and work ethics, transparency."""

    ethics_share: Annotated[Share, Lever("staff in an ethics course each year",
        "pegawai yang mengikuti pelatihan etika setiap tahun", "integrity", ETHICS, "share")] = 0.0
    audit_probability: Annotated[Share, Lever("chance that a service file is audited",
        "peluang berkas layanan diaudit", "integrity", AUDITS, "share")] = USUAL_AUDIT
    disclosure: Annotated[bool, Lever("audit results disclosed", "hasil audit diumumkan", "integrity", PUBLICATION)] = False


class Evaluation(Block):
    """Monitoring and evaluation of training, and what is done with it. A programme is never replaced when drop_after is 0."""

    design: Annotated[Literal["none", "satisfaction", "readiness", "pre_post", "pre_post_control"], Lever(
        "evaluation of training", "evaluasi pelatihan", "evaluation", MEASUREMENTS, words={
            "none": ("none", "tidak ada"),
            "satisfaction": ("reaction sheet", "lembar reaksi"),
            "readiness": ("self-rated readiness", "kesiapan menurut peserta"),
            "pre_post": ("before and after", "tes awal dan akhir"),
            "pre_post_control": ("before and after, with control group", "tes awal dan akhir dengan kelompok kontrol")})] = "satisfaction"
    sample: Annotated[int, Field(ge=2, le=5000), Lever(
        "participants measured per programme", "peserta yang diukur per program", "evaluation", MEASUREMENTS, "participants a cycle")] = 60
    rule: Annotated[Literal["significance", "equivalence", "expected_value"], Lever(
        "rule for revising a programme", "kaidah merevisi program", "evaluation", DECIDES, words={
            "significance": ("significance", "signifikansi"),
            "equivalence": ("equivalence", "kesetaraan"),
            "expected_value": ("expected value", "nilai harapan")})] = "significance"
    adapt: Annotated[bool, Lever("courses revised after evaluation", "pelatihan direvisi setelah evaluasi", "evaluation", DECIDES)] = False
    revise: Annotated[Literal["content", "method", "both"], Lever(
        "what a revision changes", "yang diubah oleh revisi", "evaluation", DECIDES, words={
            "content": ("content", "isi"), "method": ("method", "metode"), "both": ("content and method", "isi dan metode")})] = "content"
    drop_after: Annotated[int, Field(ge=0, le=10), Lever(
        "revisions before a programme is replaced", "jumlah revisi sebelum program diganti", "evaluation", DECIDES, "revisions")] = 0


class Participation(Block):
    """Citizens' feedback, criticism and forums (Forum Konsultasi Publik)."""

    channel_access: Annotated[float, Field(ge=0, le=10), Lever("money for complaint channels, times today's",
        "dana saluran pengaduan, kali sekarang", "voice", CHANNELS, "times today's")] = 1.0
    handling_capacity: Annotated[float, Field(gt=0, le=10), Lever("staff who answer reports, times today's",
        "petugas penjawab laporan, kali sekarang", "voice", CHANNELS, "times today's")] = 1.0
    forums_per_year: Annotated[float, Field(ge=0, le=24), Lever("public consultation forums a year per unit",
        "Forum Konsultasi Publik per tahun di setiap unit", "voice", FORUMS, "a year")] = 0.0
    feedback: Annotated[Share, Lever("results and complaints passed to the units",
        "hasil dan pengaduan diteruskan kepada unit", "voice", PASSING_ON, "share")] = 0.0
    disclose_results: Annotated[bool, Lever("results published for citizens", "hasil diumumkan kepada warga", "voice", PUBLICATION)] = False
    communication: Annotated[Share, Lever("adults told standards and results each year",
        "warga dewasa yang diberi tahu standar dan hasil setiap tahun", "voice", TELLING, "share")] = 0.0
# fmt: on


MONEY = Lever(
    "yearly budget, times today's", "anggaran tahunan, kali anggaran sekarang", "training", Free("is the money itself"), "times today's"
)  # fmt: skip


class Policy(Block):
    """A strategy: levers with a header that says who proposes it and on what grounds."""

    name: str = Field(default="unnamed", pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    author: str = ""
    date: str = ""
    sources: tuple[str, ...] = ()
    note: Text | None = None
    budget_factor: Annotated[float, Field(ge=0, le=10), MONEY] = 1.0
    training: Training = Training()
    needs: Needs = Needs()
    integrity: Integrity = Integrity()
    evaluation: Evaluation = Evaluation()
    participation: Participation = Participation()

    @model_validator(mode="after")
    def needs_an_analysis(self) -> Self:
        """Raises ValueError when training follows needs, or complaints inform them, and there is no analysis."""
        if self.needs.accuracy == 0.0 and (self.training.targeting == "needs" or self.needs.complaints_inform):
            raise ValueError(
                "training that follows needs takes an analysis: set needs.accuracy above 0 (0.6 is a good one)"
            )
        return self

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Read a policy file. Raises InputError naming file, line, key and the nearest right name."""
        file = Path(path)
        content, lines = read_yaml(file)
        if content.setdefault("name", file.stem) != file.stem:
            raise InputError(
                f"{file}:{lines.get(('name',), 1)}: name: found {content['name']!r}; the file's own name is {file.stem!r}"
            )
        return build(cls, content, lines, file)

    def to_yaml(self) -> str:
        """The policy as YAML that `load` reads back to an equal policy."""
        return yaml.safe_dump(self.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True)

    def _repr_html_(self) -> str:
        moved = {name: value for name, value in self.levers().items() if value != DEFAULTS[name]}
        rows = [(LEVERS[n].label("en"), _in_words(n, v), _in_words(n, DEFAULTS[n])) for n, v in moved.items()]
        return table(
            f"{self.title.en} ({self.name})",
            ["lever", "here", "today"],
            rows,
            "" if rows else "Every lever is as today.",
        )

    def levers(self) -> dict[str, Any]:
        """Levers only, by dotted name."""
        return dict(flatten(self.model_dump(mode="json", exclude=set(HEADER))))

    def __add__(self, other: Policy) -> Policy:
        """Both policies together: each lever that one of them moves.

        Raises: InputError when both move a lever to different values, or when what they move excludes each other.
        """
        mine, theirs, base = self.levers(), other.levers(), DEFAULTS
        for key in mine:
            if mine[key] != theirs[key] and base[key] not in (mine[key], theirs[key]):
                raise InputError(
                    f"{self.name} + {other.name}: {key}: {mine[key]} against {theirs[key]}; set it in one of the two"
                )
        moved = {key: theirs[key] if mine[key] == base[key] else mine[key] for key in mine}
        title = {"en": f"{self.title.en} + {other.title.en}", "id": f"{self.title.id} + {other.title.id}"}
        return Policy(**{"name": f"{self.name}_and_{other.name}", "title": title, **unflatten(moved)})


def _in_words(name: str, value: Any) -> str:
    """A setting of a lever in English, with its unit."""
    lever = LEVERS[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if lever.choices:
        return lever.word(str(value), "en")
    return f"{100 * value:.4g} %" if lever.unit == "share" else f"{value:.4g} {lever.unit}".strip()


HEADER = ("name", "title", "author", "date", "sources", "note")
LEVERS = {v.name: v for v in levers_of({k: field for k, field in Policy.model_fields.items() if k not in HEADER})}
DEFAULTS = {name: lever.default for name, lever in LEVERS.items()}
