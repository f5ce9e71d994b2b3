"""Network operating systems: how each is identified, what is sent to it, how it is read.

`read_host` is the one way from captures to facts. It is pure: same captures, same facts.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib import import_module

from netmod.evidence import HostCaptures
from netmod.facts import HostFacts
from netmod.platforms._assemble import assemble
from netmod.platforms._identify import detect, is_error
from netmod.platforms._language import (
    ConfigLanguage,
    Scoped,
    Statement,
    Topic,
    without_preamble,
    without_times,
)
from netmod.platforms._observations import Platform
from netmod.platforms._reading import (
    CaptureReader,
    Reading,
    Readings,
    combine,
    dump_readings,
    load_readings,
    read_capture,
)
from netmod.platforms._split import normalise_command

__all__ = [
    "CaptureReader",
    "ConfigLanguage",
    "Platform",
    "Reading",
    "Readings",
    "Scoped",
    "Statement",
    "Topic",
    "dump_readings",
    "load_readings",
    "platform",
    "platforms",
    "read_capture",
    "read_host",
    "refused",
    "without_preamble",
    "without_times",
]

_PACKAGES = ("ios", "nxos", "iosxr", "junos", "eos")


@cache
def platforms() -> tuple[Platform, ...]:
    """All platforms, in the order in which a tie of the detection is decided."""
    modules = [import_module(f"{__name__}.{name}") for name in _PACKAGES]
    return tuple(one for module in modules for one in module.PLATFORMS)


def platform(name: str) -> Platform | None:
    """The platform with this id."""
    return next((one for one in platforms() if one.id == name), None)


def refused(chosen: Platform, text: str) -> bool:
    """Whether an output is nothing but the device's refusal of the command."""
    return is_error(chosen, text.splitlines())


def read_host(
    host: HostCaptures, *, at: datetime | None, reader: CaptureReader = read_capture
) -> HostFacts:
    """The facts that one host's captures state; key lifetimes are judged at `at`.

    `reader` may know what `read_capture` would give. `captured_at` of the facts is what the
    snapshot says of the host, else the device's own clock.
    No text makes this raise: what cannot be read becomes a warning and its facts stay unknown.
    """
    chosen = platform(host.platform) if host.platform else None
    how = "declared"
    if chosen is None:
        commands = [normalise_command(one.command) for one in host.captures if one.command]
        chosen, how = detect(platforms(), [one.text for one in host.captures], commands)
    names = tuple(capture.file for capture in host.captures)
    warnings = [*host.warnings, *([host.failure] if host.failure else [])]
    if chosen is None:
        if host.captures:
            warnings.append("platform unknown: nothing was read")
        return HostFacts(
            platform=None, platform_source=how, captures=names, warnings=tuple(warnings)
        )
    observations, further, prompt = combine(chosen, host.captures, reader)
    warnings += further
    facts = assemble(observations, at=at)
    hostname = facts.hostname or prompt
    if hostname and not _is_name_of(hostname, host):
        warnings.append(f"the device calls itself {hostname}: taken for an alias of {host.host}")
    return facts.model_copy(
        update={
            "platform": chosen.id,
            "platform_source": how,
            "hostname": hostname,
            "captures": names,
            "captured_at": _captured_at(host) or _zoned(facts.device_clock),
            "warnings": tuple(dict.fromkeys([*warnings, *facts.warnings])),
        }
    )


def _captured_at(host: HostCaptures) -> datetime | None:
    return next((capture.captured_at for capture in host.captures if capture.captured_at), None)


def _zoned(clock: datetime | None) -> datetime | None:
    return clock if clock is not None and clock.tzinfo is not None else None


def _is_name_of(hostname: str, host: HostCaptures) -> bool:
    """Whether a hostname is the host's own, with or without a domain, or a declared alias."""
    known = {name.lower() for name in (host.host, *host.aliases)}
    lower = hostname.lower()
    return (
        lower in known
        or lower in {name.partition(".")[0] for name in known}
        or (lower.partition(".")[0] in known)
    )
