"""What a check is, what it judges, and what it says."""

from __future__ import annotations

import inspect
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Generic, Literal, NamedTuple, TypeVar

from netmod.compliance._model import Model
from netmod.compliance.ends import End
from netmod.compliance.surroundings import Surroundings
from netmod.compliance.verdict import LinkVerdict
from netmod.facts import HostFacts
from netmod.inventory import Link

Outcome = Literal["pass", "fail", "unknown", "error", "not-applicable"]
Kind = Literal["device", "link"]


class NoInputs(Model):
    """The inputs of a check that has none."""


Inputs = TypeVar("Inputs", bound=Model)


@dataclass(frozen=True, slots=True)
class DeviceSubject:
    """A device whose captures are at hand. `fallback_chains` are the names of key chains that the
    inventory declares as a fallback on this device: their keys may be without end."""

    name: str
    facts: HostFacts
    at: datetime
    fallback_chains: frozenset[str] = frozenset()
    surroundings: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class LinkSubject:
    """A declared link with its ends, and the pairs of ends of its members where they decide.

    `attested` holds `supplier` and `until` of a supplier's statement about it, where one is valid.
    """

    link: Link
    ends: tuple[End, End]
    at: datetime
    members: tuple[tuple[End, End], ...] = ()
    attested: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check concludes about one subject, or about one `part` of it (a key chain).

    `reason` and `parameters` are what reports translate; `why` is the same in English. A check of
    links hands on the whole verdict.
    """

    outcome: Outcome
    reason: str
    why: str
    parameters: dict[str, str] = field(default_factory=dict)
    part: str = ""
    verdict: LinkVerdict | None = None


class Documentation(NamedTuple):
    """The parts of a check's docstring. `example` is YAML, as it stands in a requirement."""

    purpose: str
    passes: str
    fails: str
    not_applicable: str
    unknown: str
    example: str


class Check(ABC, Generic[Inputs]):
    """A check. `inputs` is the model of what a requirement may set; unknown keys are refused.

    The docstring holds the purpose, then paragraphs that begin with `Pass:`, `Fail:`,
    `Not applicable:` and `Unknown:`, then `Example:` with YAML. What the facts do not hold is
    `unknown`, never `pass`. `waits_for` names facts that no reader of netmod extracts yet.
    """

    id: str
    kind: ClassVar[Kind]
    inputs: type[Inputs]
    waits_for: tuple[str, ...] = ()

    @property
    def documentation(self) -> Documentation:
        """The docstring's parts. Raises `ValueError` where one is missing."""
        return read_documentation(inspect.getdoc(type(self)) or "")


class DeviceCheck(Check[Inputs]):
    """A check of one device, by its facts."""

    kind = "device"

    @abstractmethod
    def judge(self, subject: DeviceSubject, inputs: Inputs) -> Iterable[Judgement]:
        """At least one judgement; several only with a `part` each."""


class LinkCheck(Check[Inputs]):
    """A check of one link, by both its ends."""

    kind = "link"

    @abstractmethod
    def judge(self, subject: LinkSubject, inputs: Inputs) -> Judgement:
        """The judgement of the link."""


_HEADINGS = ("Pass:", "Fail:", "Not applicable:", "Unknown:", "Example:")


def read_documentation(text: str) -> Documentation:
    """The parts of a docstring of the form that `Check` describes."""
    parts = re.split(rf"^({'|'.join(_HEADINGS)})", text, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    missing = [heading for heading in _HEADINGS if not found.get(heading, "").strip()]
    if missing or not parts[0].strip():
        raise ValueError(f"a check's docstring lacks {', '.join(missing) or 'its purpose'}")
    prose = [" ".join(found[heading].split()) for heading in _HEADINGS[:-1]]
    passes, fails, not_applicable, unknown = prose
    example = textwrap.dedent(found["Example:"]).strip()
    return Documentation(
        " ".join(parts[0].split()), passes, fails, not_applicable, unknown, example
    )
