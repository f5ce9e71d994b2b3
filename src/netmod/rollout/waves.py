"""In which order a runbook has its units: waves, and the canary before them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netmod.rollout.model import Value
from netmod.rollout.terms import Named


class WavesByShare(Value):
    """Cumulative shares of the units in per cent; the last is 100."""

    by: Literal["share"]
    shares: tuple[Annotated[float, Field(gt=0, le=100)], ...] = (10, 30, 55, 100)

    @model_validator(mode="after")
    def _rising(self) -> WavesByShare:
        rising = all(one < other for one, other in zip(self.shares, self.shares[1:], strict=False))
        if not self.shares or not rising or self.shares[-1] != 100:
            raise ValueError("shares must rise up to 100 | write them like [10, 30, 55, 100]")
        return self


class WavesByClass(Value):
    """A wave for each class of site, in this order; those that are not named come last."""

    by: Literal["class"]
    order: tuple[Literal["A", "B", "C"], ...] = ("C", "B", "A")


class WavesByTrust(Value):
    """A wave for each trust; those that are not named come last, by name."""

    by: Literal["trust"]
    order: tuple[str, ...] = ()


class WaveOfList(Value):
    """A wave by the filter terms that its devices match, all of them."""

    name: str = Field(min_length=1)
    select: tuple[str, ...] = Field(min_length=1)


class WavesByList(Value):
    """Named waves. A unit is in the first that selects it; one that none selects is an error."""

    by: Literal["list"]
    waves: tuple[WaveOfList, ...] = Field(min_length=1)


Waves = Annotated[
    WavesByShare | WavesByClass | WavesByTrust | WavesByList, Field(discriminator="by")
]


class Canary(Value):
    """What is changed first and alone: devices or links by name, or one for each combination."""

    names: tuple[Named, ...] = ()
    one_per: tuple[Literal["platform", "role", "trust", "class", "domain"], ...] = ()

    @model_validator(mode="after")
    def _either(self) -> Canary:
        if bool(self.names) == bool(self.one_per):
            raise ValueError("a canary is named or chosen | give either names or one_per")
        return self
