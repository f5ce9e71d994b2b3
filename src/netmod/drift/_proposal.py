"""What a remediation is: commands with their risk, and what is left to a human."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from netmod.drift.model import Difference, Model

Risk = Literal["non-disruptive", "disruptive", "lock-out", "secret", "crypto"]
Why = Literal["make-before-break", "lock-out", "secret", "order", "banner", "not-proved"]

TOUCHY = ("management", "encryption")
"""Topics of which a program must not take away what somebody still needs."""


class Command(Model):
    """One line, where it is typed, and what it may do."""

    section: tuple[str, ...]
    line: str
    risk: Risk


class Manual(Model):
    """What a human must decide: the lines are what would have been typed, or what differs."""

    section: tuple[str, ...]
    lines: tuple[str, ...]
    why: Why


class Remediation(Model):
    """`converges` is True where running with `commands` is intended but for what is `manual`.

    Where it is False there are no commands: what cannot be proved is not proposed.
    """

    commands: tuple[Command, ...] = ()
    manual: tuple[Manual, ...] = ()
    converges: bool = True

    @property
    def exit_code(self) -> int:
        """3 where no commands are proved to help, 1 where something is to be done, else 0."""
        if not self.converges:
            return 3
        return 1 if self.commands or self.manual else 0

    @property
    def text(self) -> str:
        """The commands as they are typed, sections once."""
        lines: list[str] = []
        path: tuple[str, ...] = ()
        for command in self.commands:
            shared = 0
            for one, other in zip(path, command.section, strict=False):
                if one != other:
                    break
                shared += 1
            path = command.section
            lines += [" " * depth + path[depth] for depth in range(shared, len(path))]
            lines.append(" " * len(path) + command.line)
        return "".join(f"{line}\n" for line in lines)


def not_proved(differences: Iterable[Difference]) -> Remediation:
    """No command at all: what differs is for a human."""
    manual = tuple(
        Manual(section=one.section, lines=(*one.intended, *one.running), why="not-proved")
        for one in differences
    )
    return Remediation(manual=manual, converges=False)
