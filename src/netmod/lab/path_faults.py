"""What is wrong between a client and a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

When = Literal["before", "after"]
"""Whether what a client sent takes force at the device before the fault strikes."""


@dataclass(slots=True)
class PathFaults:
    """The faults of one device's sessions; patterns are searched in what the client sent.

    `latency` in seconds, before each output. The output of a command that matches `truncate` loses
    its second half. At `drop` the session ends in the middle of the output, at `drop_before` the
    device never takes the command; at `hang` the session stays and shows no prompt any more, at
    `hang_before` it does so without having taken the command. `half_applied` is the share of its
    lines after which the next change stops.
    """

    latency: float = 0.0
    refuse_login: bool = False
    truncate: re.Pattern[str] | None = None
    drop: re.Pattern[str] | None = None
    drop_before: re.Pattern[str] | None = None
    hang: re.Pattern[str] | None = None
    hang_before: re.Pattern[str] | None = None
    half_applied: float | None = None

    def ends_before(self, text: str) -> bool:
        """Whether the session ends at this, and the device never takes it."""
        return _found(self.drop_before, text)

    def ends_after(self, text: str) -> bool:
        """Whether the session ends once the device has taken this."""
        return _found(self.drop, text)

    def hangs_before(self, text: str) -> bool:
        """Whether the session hangs at this, and the device never takes it."""
        return _found(self.hang_before, text)

    def hangs_after(self, text: str) -> bool:
        """Whether the session hangs once the device has taken this."""
        return _found(self.hang, text)

    def cuts(self, text: str) -> bool:
        """Whether the output of this loses its second half."""
        return _found(self.truncate, text)

    def described(self) -> list[str]:
        """The faults that are in force, in the words of `netmod lab fault`."""
        lines = [f"latency {self.latency:g}"] if self.latency else []
        lines += ["refuse-login"] if self.refuse_login else []
        patterns = (
            ("truncate", "", self.truncate),
            ("drop", " --when after", self.drop),
            ("drop", " --when before", self.drop_before),
            ("hang", " --when after", self.hang),
            ("hang", " --when before", self.hang_before),
        )
        lines += [f"{name} {one.pattern}{when}" for name, when, one in patterns if one is not None]
        if self.half_applied is not None:
            lines.append(f"half-applied {self.half_applied:g}")
        return lines


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None
