"""Requirements, their legal sources and the order: the shape of `compliance/requirements.yaml`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from netmod.compliance._model import Model
from netmod.compliance.parameters import Parameters
from netmod.inventory.models import Layer, SiteClass

Mark = Literal["verified", "secondary", "unverified"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _not_registered(value: Any) -> Any:
    return None if value == "" else value


def _named_once(values: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"stands twice: {', '.join(twice)} | remove one of the two")
    return values


def _given(values: tuple[Any, ...]) -> tuple[Any, ...]:
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
    """Which links a requirement asks something of: of any of `layers`, with an end at a site of
    any of `trusts` and of any of `site_classes`. An empty list leaves nothing out, so that
    `layers` must be given."""

    layers: Annotated[tuple[Layer, ...], AfterValidator(_given)]
    trusts: Annotated[tuple[str, ...], AfterValidator(_named_once)] = ()
    site_classes: tuple[SiteClass, ...] = ()


class Requirement(Model):
    """One requirement. `deadline_basis` says whose date it is.

    `partly` is True where meeting it is said to meet only a part of the order.
    """

    title: Text
    text: Text
    sources: Annotated[tuple[Id, ...], AfterValidator(_named_once), AfterValidator(_given)]
    scope: Scope
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


class RequirementsFile(Model):
    """The whole file. `parameters` are those of every requirement that gives none."""

    order: Order = Order()
    parameters: Parameters = Parameters()
    sources: dict[Id, LegalSource]
    requirements: dict[Id, Requirement] = Field(min_length=1)
