"""Exec commands: words that may be abbreviated, and what answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # a device has a persona, a persona has commands
    from netmod.lab.device import Device
    from netmod.lab.fabric import Fabric


class Context(Protocol):
    """What a command may see: the device that it runs on, and the region around it."""

    @property
    def device(self) -> Device: ...

    @property
    def fabric(self) -> Fabric: ...


Handler = Callable[[Context, tuple[str, ...]], list[str]]
"""(context, arguments) → the lines of the output."""

_ARGUMENT = re.compile(r"<(.+)>")
_RANGE = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class CommandError(Exception):
    """A command line that the OS does not understand; `column` counts from 0.

    `partial` is a word that was to be written out and was not.
    """

    kind: Literal["invalid", "ambiguous", "incomplete", "partial"]
    column: int = 0


@dataclass(slots=True)
class _Word:
    words: dict[str, _Word] = field(default_factory=dict)
    argument: _Word | None = None
    argument_name: str = ""
    handler: Handler | None = None


Complaint = Callable[[CommandError, str, str], list[str]]
"""(error, command line, prompt) → the words in which an OS refuses the line."""


def ios_complaint(error: CommandError, line: str, prompt: str) -> list[str]:
    """The words of IOS-XE and IOS-XR."""
    if error.kind == "ambiguous":
        return [f'% Ambiguous command:  "{line.strip()}"']
    if error.kind == "incomplete":
        return ["% Incomplete command.", ""]
    column = len(prompt) + error.column
    return [" " * column + "^", "% Invalid input detected at '^' marker.", ""]


class CommandTable:
    """Commands by their words.

    A command is written `show macsec interface <interface>`: words, and arguments in angle
    brackets. `<interface>` takes `Te1/0/1` and `TenGigabitEthernet 1/0/1`, `<1-120>` a number of
    that range, any other one word.
    """

    def __init__(self, commands: Mapping[str, Handler]) -> None:
        self._root = _Word()
        for text, handler in commands.items():
            node = self._root
            for word in text.split():
                node = _below(node, word)
            node.handler = handler

    def find(self, line: str, *, exact: bool = False) -> tuple[Handler, tuple[str, ...]]:
        """The handler and the arguments of a command line; `exact` takes no abbreviations.

        Raises `CommandError`.
        """
        node, arguments = self._root, list[str]()
        tokens = [(match.start(), match[0]) for match in re.finditer(r"\S+", line)]
        index = 0
        while index < len(tokens):
            column, token = tokens[index]
            known = _choose(node, token, column)
            if known is not None:
                if exact and token.lower() not in node.words:
                    raise CommandError("partial", column)
                node, index = known, index + 1
                continue
            if node.argument is None:
                raise CommandError("invalid", column)
            if node.argument_name == "interface" and _continues(tokens, index):
                index += 1
                token += tokens[index][1]
            if not _in_range(node.argument_name, token):
                raise CommandError("invalid", column)
            arguments.append(token)
            node, index = node.argument, index + 1
        if node.handler is None:
            raise CommandError("incomplete", len(line))
        return node.handler, tuple(arguments)


def _below(node: _Word, word: str) -> _Word:
    argument = _ARGUMENT.fullmatch(word)
    if not argument:
        return node.words.setdefault(word, _Word())
    if node.argument is None:
        node.argument, node.argument_name = _Word(), argument[1]
    return node.argument


def _choose(node: _Word, token: str, column: int) -> _Word | None:
    lowered = token.lower()
    if lowered in node.words:
        return node.words[lowered]
    found = [word for word in node.words if word.startswith(lowered)]
    if len(found) > 1:
        raise CommandError("ambiguous", column)
    return node.words[found[0]] if found else None


def _in_range(name: str, token: str) -> bool:
    limits = _RANGE.fullmatch(name)
    if limits is None:
        return True
    return token.isdecimal() and int(limits[1]) <= int(token) <= int(limits[2])


def _continues(tokens: list[tuple[int, str]], index: int) -> bool:
    """Whether an interface's number stands apart from its type: `Te 1/0/1`."""
    return (
        tokens[index][1].replace("-", "").isalpha()
        and index + 1 < len(tokens)
        and tokens[index + 1][1][0].isdigit()
    )
