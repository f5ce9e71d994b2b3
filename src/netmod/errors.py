"""The one error family: each error says what is wrong and, in `hint`, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


class NetmodError(Exception):
    """Base of every error that netmod raises on purpose.

    `hint` is one sentence for the person at the shell. `code` names the kind of failure for
    programs, where a room distinguishes kinds. Messages never hold a secret value.
    """

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file: `line` counts from 1, 0 where no line can be named."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class InputError(NetmodError):
    """Files that cannot be used as they are; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        first = str(problems[0]) if problems else "bad input"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(first + more, hint=problems[0].hint if problems else "")


class ConfigError(InputError):
    """`netmod.toml` or the environment."""


class InventoryError(InputError):
    """Sites, devices or links."""


class RequirementsError(InputError):
    """The compliance catalogue."""


class PluginError(NetmodError):
    """A plug-in of another package that cannot be used."""


class TemplateError(InputError):
    """A template that does not render; names template, line, host and variable."""


class DriftError(NetmodError):
    """Configs that cannot be compared: one of them is empty or cut."""


class EvidenceError(NetmodError):
    """A snapshot that cannot be read or written."""


class CredentialsError(NetmodError):
    """A secret that is missing, badly kept or badly referred to; never holds its value."""


class ConnectionFailed(NetmodError):
    """A device that could not be reached or would not let us in."""


class CommandRefused(NetmodError):
    """A command that collection does not send; nothing reached the device."""


class CommandFailed(NetmodError):
    """A device that answered a command with an error, or not at all."""


class ChangeFailed(NetmodError):
    """A change that a device did not take, or whose state is not what was thought.

    `code` says whether anything of it may be on the device; see `netmod.devices.change`.
    """


class LabError(NetmodError):
    """The embedded lab could not do what was asked."""


class OutputError(NetmodError):
    """A report or file that could not be written."""


class HistoryError(NetmodError):
    """The database of runs, or the archive of configs, that cannot be used or would become wrong.

    `code` says which: `locked`, `newer`, `damaged`, `unwritable`, `out-of-order`, `unknown`,
    `push`, `sealed`.
    """


class NightlyError(NetmodError):
    """The nightly run that may not begin, or a stage of it that cannot do its work.

    `code` is `locked` where another run goes on.
    """


class RolloutError(NetmodError):
    """A rollout that may not begin, cannot go on, or whose journal cannot be trusted.

    `code` says which: `locked`, `fenced`, `full`, `damaged`, `out-of-order`, `not-approved`,
    `unknown`, `state`.
    """
