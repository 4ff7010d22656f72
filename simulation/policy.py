"""Policy: what the government chooses. Data, not code: frozen, checked, written in YAML, added with `a + b`.

Every lever of the policy paper has its block: training (continuous, leadership, providers, methods), needs, integrity, evaluation,
participation. A lever at its default is the practice of today.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.errors import InputError
from simulation.files import build, read_yaml

Share = Field(ge=0.0, le=1.0)


class Block(BaseModel):
    """Common behaviour: frozen, no unknown keys, no silent conversion of text to numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Text(Block):
    """A text in English and Indonesian."""

    en: str
    id: str


class Shares(Block):
    """Shares that must add up to one."""

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        """Raises ValueError unless the shares sum to 1 within 1e-6."""
        total = sum(getattr(self, name) for name in type(self).model_fields)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"shares add up to {total:g}; they must add up to 1")
        return self


class Providers(Shares):
    """Who teaches: the agency's own centre, a university or institute, or a seminar or workshop on innovation."""

    agency: float = Field(default=0.90, ge=0, le=1)
    university: float = Field(default=0.05, ge=0, le=1)
    seminar: float = Field(default=0.05, ge=0, le=1)


class Methods(Shares):
    """How: klasikal (classroom), blended (with e-learning), coaching (at the workplace)."""

    klasikal: float = Field(default=0.80, ge=0, le=1)
    blended: float = Field(default=0.20, ge=0, le=1)
    coaching: float = Field(default=0.0, ge=0, le=1)


class Training(Block):
    """Continuous training and leadership courses."""

    hours_per_person: float = Field(default=20.0, ge=1, le=200, description="JP of a course")
    leadership_share: float = Field(
        default=0.10, ge=0, le=1, description="share of the training money for leadership courses"
    )
    leadership_hours: float = Field(default=40.0, ge=1, le=400, description="JP of a leadership course")
    targeting: Literal["equal", "needs"] = "equal"
    follow_up: float = Field(default=0.0, ge=0, le=1, description="share of trainees coached after the course")
    providers: Providers = Providers()
    methods: Methods = Methods()


class Needs(Block):
    """Needs analysis (AKPK)."""

    accuracy: float = Field(
        default=0.0, ge=0, le=1, description="correlation of the estimated with the true gap; 0 is no analysis"
    )
    complaints_inform: bool = False


class Integrity(Block):
    """Integrity and work ethics, transparency."""

    ethics_share: float = Field(default=0.0, ge=0, le=1, description="share of staff in an ethics course each year")
    audit_probability: float = Field(default=0.04, ge=0, le=1, description="chance that an encounter's file is audited")
    disclosure: bool = False


class Evaluation(Block):
    """Monitoring and evaluation of training, and what is done with it."""

    design: Literal["none", "satisfaction", "readiness", "pre_post", "pre_post_control"] = "satisfaction"
    sample: int = Field(default=60, ge=2, le=5000, description="participants measured per programme and cycle")
    rule: Literal["significance", "equivalence", "expected_value"] = "significance"
    adapt: bool = False
    drop_after: int = Field(
        default=0, ge=0, le=10, description="revisions after which a programme is replaced; 0 is never"
    )


class Participation(Block):
    """Citizens' feedback, criticism and forums."""

    channel_access: float = Field(
        default=1.0, ge=0, le=10, description="money for channels and their publicity, times today's"
    )
    handling_capacity: float = Field(default=1.0, gt=0, le=10, description="people who answer reports, times today's")
    forums_per_year: float = Field(default=0.0, ge=0, le=24, description="Forum Konsultasi Publik a year in each unit")
    feedback: float = Field(default=0.0, ge=0, le=1, description="how far results and complaints reach the units")
    disclose_results: bool = False


class Policy(Block):
    """A strategy: levers with a header that says who proposes it and on what grounds."""

    name: str = Field(default="unnamed", pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    author: str = ""
    date: str = ""
    sources: tuple[str, ...] = ()
    note: Text | None = None
    budget_factor: float = Field(
        default=1.0, ge=0, le=10, description="yearly budget, times the city's training budget"
    )
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

    def levers(self) -> dict[str, Any]:
        """Levers only, by dotted name."""
        return dict(flatten(self.model_dump(mode="json", include=set(LEVER_BLOCKS) | {"budget_factor"})))

    def __add__(self, other: Policy) -> Policy:
        """Both policies together: each lever that one of them moves. Raises InputError when both move a lever to different values."""
        mine, theirs, base = self.levers(), other.levers(), DEFAULTS
        for key in mine:
            if mine[key] != theirs[key] and base[key] not in (mine[key], theirs[key]):
                raise InputError(
                    f"{self.name} + {other.name}: {key}: {mine[key]} against {theirs[key]}; set it in one of the two"
                )
        moved = {key: theirs[key] if mine[key] == base[key] else mine[key] for key in mine}
        title = {"en": f"{self.title.en} + {other.title.en}", "id": f"{self.title.id} + {other.title.id}"}
        return Policy.model_validate({"name": f"{self.name}_and_{other.name}", "title": title, **unflatten(moved)})


LEVER_BLOCKS = ("training", "needs", "integrity", "evaluation", "participation")


def flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Dotted names and values of a nested mapping."""
    pairs: list[tuple[str, Any]] = []
    for key, value in tree.items():
        pairs += flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs


def unflatten(pairs: dict[str, Any]) -> dict[str, Any]:
    """Nested mapping from dotted names."""
    tree: dict[str, Any] = {}
    for dotted, value in pairs.items():
        *parents, last = dotted.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return tree


DEFAULTS = Policy(title=Text(en="", id="")).levers()
