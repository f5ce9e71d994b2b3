"""Requirements, their legal sources and the order: the shape of `compliance/requirements.yaml`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from netmod.compliance._model import Model
from netmod.compliance.parameters import Parameters
from netmod.inventory import PlatformId
from netmod.inventory.models import Domain, Layer, SiteClass

Mark = Literal["verified", "secondary", "unverified"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _not_registered(value: Any) -> Any:
    return None if value == "" else value


def named_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuses a list that names something twice."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"stands twice: {', '.join(twice)} | remove one of the two")
    return values


def given(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuses an empty list."""
    if not values:
        raise ValueError("is empty | name at least one")
    return values


class Text(Model):
    """A text in Norwegian bokmål and English."""

    nb: Sentence
    en: Sentence


class LegalSource(Model):
    """A source and how sure it is: `verified` was read in the source itself, `secondary` in
    another one, `unverified` still has to be confirmed before a report relies on it."""

    name: Sentence
    reference: Sentence
    mark: Mark
    text: Text


class Scope(Model):
    """Which links or devices a requirement asks something of.

    Links of any of `layers`; or devices of any of `domains`, of any of `roles` and `platforms`. A
    link is in scope with an end at a site of any of `trusts` and of any of `site_classes`, a
    device at one. An empty list leaves nothing out, so that `layers` or `domains` must be given.
    """

    layers: Annotated[tuple[Layer, ...], AfterValidator(given)] = ()
    domains: Annotated[tuple[Domain, ...], AfterValidator(given)] = ()
    roles: Annotated[tuple[str, ...], AfterValidator(named_once)] = ()
    platforms: Annotated[tuple[PlatformId, ...], AfterValidator(named_once)] = ()
    trusts: Annotated[tuple[str, ...], AfterValidator(named_once)] = ()
    site_classes: tuple[SiteClass, ...] = ()


_Use = Id | dict[Id, dict[str, Any] | None]


def _use(value: Any) -> Any:
    """`telnet-off`, or `syslog-servers: {minimum: 2}`."""
    if isinstance(value, str):
        return {"check": value}
    if isinstance(value, dict) and len(value) == 1:
        ((check, inputs),) = value.items()
        return {"check": check, "inputs": {} if inputs is None else inputs}
    raise ValueError("is no check | write its id, or its id with inputs: `- id: {minimum: 2}`")


class CheckUse(Model):
    """A check by its id, and what the requirement sets of its inputs."""

    check: Id
    inputs: dict[str, Any] = Field(default_factory=dict)


class Requirement(Model):
    """One requirement. `deadline_basis` says whose date it is.

    `partly` is True where meeting it is said to meet only a part of the order. Without `checks`
    it asks that the links in its scope are encrypted, by `parameters` or the catalogue's.
    """

    title: Text
    text: Text
    sources: Annotated[tuple[Id, ...], AfterValidator(named_once), AfterValidator(given)]
    scope: Scope
    checks: tuple[Annotated[CheckUse, BeforeValidator(_use, json_schema_input_type=_Use)], ...] = ()
    of_order: bool = False
    partly: bool = False
    parameters: Parameters | None = None
    deadline: date | None = None
    deadline_basis: Text | None = None
    owner: str | None = None


class Order(Model):
    """What the owner of the installation fills in about the order. None: not registered."""

    case_number: Annotated[str | None, BeforeValidator(_not_registered)] = None
    text: Annotated[str | None, BeforeValidator(_not_registered)] = None
    deadline: Annotated[date | None, BeforeValidator(_not_registered)] = None
    extended_to: Annotated[date | None, BeforeValidator(_not_registered)] = None


class Move(Model):
    """A milestone's date that was moved `to` another one, and why. `on` is when, if known."""

    to: date
    on: date | None = None
    reason: Text
    source: Id


class Milestone(Model):
    """A date of a programme. `planned` is the first one that is known, `moved` what came after
    it, in that order; `reached` is when it was met, None while that is not registered."""

    title: Text
    source: Id
    requirements: Annotated[tuple[Id, ...], AfterValidator(named_once)] = ()
    planned: date
    moved: tuple[Move, ...] = ()
    reached: date | None = None

    @property
    def due(self) -> date:
        """The date that counts now."""
        return self.moved[-1].to if self.moved else self.planned


class RequirementSet(Model):
    """Requirements that a reader asks about together."""

    title: Text
    requirements: Annotated[tuple[Id, ...], AfterValidator(named_once), AfterValidator(given)]


class RequirementsFile(Model):
    """The whole file. `parameters` are those of every requirement that gives none."""

    order: Order = Order()
    parameters: Parameters = Parameters()
    sources: dict[Id, LegalSource]
    requirements: dict[Id, Requirement] = Field(min_length=1)
    milestones: dict[Id, Milestone] = Field(default_factory=dict)
    sets: dict[Id, RequirementSet] = Field(default_factory=dict)
