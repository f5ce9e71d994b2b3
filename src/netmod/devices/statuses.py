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


def overdue(host: str) -> NetmodError:
    """The collection's deadline came before this host was done."""
    return NetmodError(
        f"the deadline came before {host} was done",
        hint="see why the collection is slow, or raise collect.deadline in netmod.toml",
        code="deadline",
    )


def site_given_up(host: str, site: str, missed: int) -> NetmodError:
    """So many others of its site could not be reached that this host was not tried."""
    return NetmodError(
        f"{host} was not tried: {missed} devices of {site} in a row could not be reached",
        hint=f"see whether the way to {site} is down, then collect again",
        code="site-unreachable",
    )


def internal(host: str, what: str) -> NetmodError:
    """netmod itself failed."""
    return NetmodError(
        f"netmod itself failed on {host}: {what}",
        hint="please report this with the log; the trace stands there",
        code="internal",
    )
