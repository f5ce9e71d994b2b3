"""How a host's collection ended, as a value."""

from __future__ import annotations

from netmod.devices.targets import HostOutput, HostStatus
from netmod.errors import NetmodError


def status_of(
    host: str, failure: NetmodError | None, seconds: float = 0.0, commands: int = 0
) -> HostStatus:
    """The status after `failure`, or after all went well."""
    return HostStatus(
        host=host,
        ok=failure is None,
        failure=failure.code if failure else "",
        message=failure.message if failure else "",
        hint=failure.hint if failure else "",
        seconds=seconds,
        commands=commands,
    )


def nothing_from(host: str, failure: NetmodError) -> HostOutput:
    """What there is of a host that gave nothing."""
    return HostOutput(status_of(host, failure), ())


def interrupted(host: str) -> NetmodError:
    """The user stopped the run before this host was done."""
    return NetmodError(
        f"collection was stopped before {host} was done",
        hint="collect again; what is complete was kept",
        code="interrupted",
    )


def internal(host: str, what: str) -> NetmodError:
    """netmod itself failed."""
    return NetmodError(
        f"netmod itself failed on {host}: {what}",
        hint="please report this with the log; the trace stands there",
        code="internal",
    )
