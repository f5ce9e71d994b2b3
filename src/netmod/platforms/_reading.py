"""What one capture states: blocks, and the observations that readers make of each.

It depends on the capture and the platform alone, so that whoever keeps it need not read the same
capture twice. Conclusions of a host are made anew each time: they depend on all of its captures
and on the clock.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from netmod.evidence import Capture
from netmod.platforms._identify import is_error
from netmod.platforms._observations import Block, Hardening, Observation, Platform
from netmod.platforms._split import split


@dataclass(frozen=True, slots=True)
class Reading:
    """One block. `observations` is None for a startup config, which is read only where no running
    one was captured; `warnings` say why a block states nothing."""

    command: str
    hostname: str | None
    observations: tuple[Observation, ...] | None
    warnings: tuple[str, ...] = ()


Readings = tuple[Reading, ...]
CaptureReader = Callable[[Platform, Capture], Readings]


def read_capture(chosen: Platform, capture: Capture) -> Readings:
    """The readings of a capture's blocks, in order. Pure."""
    return tuple(
        Reading(block.command, block.hostname, None)
        if _is_startup(chosen, block.command)
        else _read(chosen, block)
        for block in split(capture)
    )


def combine(
    chosen: Platform, captures: Sequence[Capture], reader: CaptureReader
) -> tuple[list[Observation], list[str], str | None]:
    """Observations and warnings of all captures of a host, and the name that its prompts show."""
    readings = [reader(chosen, capture) for capture in captures]
    if not any(one.command.startswith(chosen.config_command) for read in readings for one in read):
        readings = [  # a startup config is the only config that there is
            tuple(_read(chosen, block) for block in split(capture)) if _waits(read) else read
            for capture, read in zip(captures, readings, strict=True)
        ]
    every = [one for read in readings for one in read]
    observations = [seen for one in every for seen in one.observations or ()]
    warnings = [warning for one in every for warning in one.warnings]
    return observations, warnings, next((one.hostname for one in every if one.hostname), None)


def _waits(readings: Readings) -> bool:
    return any(one.observations is None for one in readings)


def _is_startup(chosen: Platform, command: str) -> bool:
    return chosen.startup_command is not None and command.startswith(chosen.startup_command)


def _read(chosen: Platform, block: Block) -> Reading:
    warning = None
    if not any(line.strip() for line in block.lines):
        warning = f"{block.file}: empty output of {block.command!r}"
    elif is_error(chosen, block.lines):
        warning = f"{block.file}: the device refused {block.command!r}"
    if warning is not None:
        return Reading(block.command, block.hostname, (), (warning,))
    observations = tuple(_observe(chosen, block))
    if not observations and _STRUCTURED.match(next(line for line in block.lines if line.strip())):
        unread = f"{block.file}: {block.command!r} is no text, and nothing was read of it"
        return Reading(block.command, block.hostname, (), (unread,))
    return Reading(block.command, block.hostname, observations)


_STRUCTURED = re.compile(r"\s*(?:<[?\w]|[{\[]\s*(?:\"|$))")
"""How XML and JSON begin."""
_A_CONFIG = re.compile(r"show (?:running-config|configuration)")
"""Tools name files so, whatever they sent to ask for the config."""


def _observe(chosen: Platform, block: Block) -> Iterable[Observation]:
    named = block.command.startswith(("show ", "admin show "))
    command = block.command if named else chosen.config_command
    if _A_CONFIG.fullmatch(command) and not any(
        re.match(one, command) for one, _ in chosen.readers
    ):
        command = chosen.config_command
    for pattern, reader in chosen.readers:
        if re.match(pattern, command):
            return reader(replace(block, command=command))
    return ()


def dump_readings(readings: Readings) -> bytes | None:
    """Readings as one line of JSON; None where they would not come back as they are."""
    try:
        dumped = to_json([_as_json(one) for one in readings])
    except PydanticSerializationError:
        return None
    return dumped if load_readings(dumped) == readings else None


def load_readings(dumped: bytes) -> Readings | None:
    """What `dump_readings` was given; None for a text that it did not make."""
    try:
        return tuple(_of_json(*one) for one in from_json(dumped))
    except (ValueError, ValidationError, TypeError, LookupError, AttributeError):
        return None


def _as_json(one: Reading) -> list[Any]:
    return [one.command, one.hostname, _grouped(one.observations), list(one.warnings)]


def _grouped(observations: Sequence[Observation] | None) -> list[Any] | None:
    """The kinds in order, and what is of each kind together: that is what pydantic does fast."""
    if observations is None:
        return None
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in observations:
        groups[type(one).__name__].append(one)
    names = list(groups)
    order = [names.index(type(one).__name__) for one in observations]
    values = {
        name: _adapter(name).dump_python(group, mode="json") for name, group in groups.items()
    }
    return [order, values]


def _of_json(command: str, hostname: str | None, grouped: Any, warnings: list[str]) -> Reading:
    observations = None if grouped is None else tuple(_in_order(*grouped))
    return Reading(command, hostname, observations, tuple(warnings))


def _in_order(order: list[int], groups: dict[str, Any]) -> Iterator[Observation]:
    found = [iter(_values(name, group)) for name, group in groups.items()]
    return (next(found[kind]) for kind in order)


def _values(name: str, group: Any) -> list[Any]:
    values = _adapter(name).validate_python(group)
    if name != Hardening.__name__:
        return values
    # its values are of any type, and JSON has no tuples
    return [
        replace(one, value=tuple(one.value)) if isinstance(one.value, list) else one
        for one in values
    ]


@cache
def _adapter(name: str) -> TypeAdapter[list[Any]]:
    kinds = {kind.__name__: kind for kind in get_args(Observation)}
    return TypeAdapter(list[kinds[name]])  # type: ignore[valid-type] # chosen at run time
