"""One model of priorities for the whole region, from the access port to the core."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netmod.inventory._values import Line, Model, Percent, check_once

Dscp = Literal[
    "default", "cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cs7", "ef",
    "af11", "af12", "af13", "af21", "af22", "af23", "af31", "af32", "af33", "af41", "af42", "af43",
]  # fmt: skip
_VALUES = {f"cs{number}": number * 8 for number in range(1, 8)} | {
    f"af{group}{drop}": group * 8 + drop * 2 for group in range(1, 5) for drop in range(1, 4)
}
DSCP: dict[str, int] = {"default": 0, "ef": 46, **_VALUES}
"""The numbers behind the names (RFC 2474, RFC 2597, RFC 3246)."""


class QosClass(Model):
    """One class of traffic, and the queue that serves it.

    `experimental` stands in the label (RFC 5462) where MPLS hides the DSCP. A `priority` class is
    served before all others and may take no more than `percent` of a link; the others share what
    is left in the proportion of their `percent`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$", max_length=16)]
    description: Line
    dscp: tuple[Dscp, ...] = Field(min_length=1)
    experimental: int = Field(ge=0, le=7)
    percent: Percent
    priority: Literal[1, 2] | None = None

    @property
    def code_points(self) -> tuple[int, ...]:
        """The DSCPs as numbers."""
        return tuple(DSCP[name] for name in self.dscp)


class Qos(Model):
    """All classes, the most urgent first, and last the one for everything that is not named.

    Platforms that number their queues give the first class queue 7, and so on; the last gets 0.
    """

    classes: tuple[QosClass, ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _fits(self) -> Qos:
        check_once("class", (one.name for one in self.classes))
        check_once("DSCP", (name for one in self.classes for name in one.dscp))
        check_once("experimental value", (one.experimental for one in self.classes))
        priorities = [one.priority for one in self.classes if one.priority]
        if [one.priority for one in self.classes][: len(priorities)] != [1, 2][: len(priorities)]:
            raise ValueError("priority 1 and 2 are the first classes | put them first, in order")
        if sum(one.percent for one in self.classes) > 100:
            raise ValueError("the classes take more than 100 % of a link | lower some percent")
        if "default" not in self.classes[-1].dscp:
            raise ValueError("the last class is for unmarked traffic | give it dscp: [default]")
        return self
