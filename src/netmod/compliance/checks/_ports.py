"""Checks of the ports that people plug into."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import override

from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement, NoInputs

_SHOWN = 5


def _named(interfaces: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(interfaces) - _SHOWN
    return ", ".join(interfaces[:_SHOWN]) + (f" (+{more})" if more > 0 else "")


def _no_ports() -> Judgement:
    return Judgement("unknown", "ports-not-seen", "the captures do not show the device's ports")


class PortAuthentication(DeviceCheck[NoInputs]):
    """Whoever plugs into an access port has to log in, with 802.1X or by its address.

    Pass: every access port that is not shut asks for it, and lets nothing pass before.
    Fail: a port does not, or only watches (open mode).
    Not applicable: the configuration has no access port that is not shut.
    Unknown: no configuration with ports was captured, or a port refers to a template, or nothing
        says that 802.1X is on at all (`dot1x system-auth-control`).

    Example:
        - port-authentication
    """

    id = "port-authentication"
    inputs = NoInputs
    waits_for = ("ports (NX-OS, IOS-XR, EOS, Junos; templates of interfaces)",)

    @override
    def judge(self, subject: DeviceSubject, inputs: NoInputs) -> Iterable[Judgement]:
        ports = [one for one in subject.facts.ports if one.mode == "access" and not one.shutdown]
        if not subject.facts.ports:
            yield _no_ports()
            return
        if not ports:
            yield Judgement("not-applicable", "no-access-port", "no access port is in use")
            return
        free = [one.interface for one in ports if one.authenticated is False]
        open_ = [one.interface for one in ports if one.authenticated is None]
        counts = {"count": str(len(free or open_)), "total": str(len(ports))}
        if free:
            why = f"{len(free)} of {len(ports)} access ports ask nobody: {_named(free)}"
            yield Judgement("fail", "ports-ask-nobody", why, {**counts, "names": _named(free)})
        elif open_:
            why = f"{len(open_)} of {len(ports)} access ports are not decided: {_named(open_)}"
            parameters = {**counts, "names": _named(open_)}
            yield Judgement("unknown", "ports-not-decided", why, parameters)
        else:
            why = f"all {len(ports)} access ports ask for a login"
            yield Judgement("pass", "ports-ask", why, {"total": str(len(ports))})


class UnusedPorts(DeviceCheck[NoInputs]):
    """A port that nothing uses is shut.

    Pass: every port without any use in its configuration (no mode, address, bundle, description)
        is shut.
    Fail: one is not.
    Not applicable: every port has a use.
    Unknown: no configuration with ports was captured.

    Example:
        - unused-ports
    """

    id = "unused-ports"
    inputs = NoInputs
    waits_for = ("ports (NX-OS, IOS-XR, EOS, Junos)",)

    @override
    def judge(self, subject: DeviceSubject, inputs: NoInputs) -> Iterable[Judgement]:
        if not subject.facts.ports:
            yield _no_ports()
            return
        unused = [one for one in subject.facts.ports if not one.used]
        up = [one.interface for one in unused if not one.shutdown]
        if not unused:
            yield Judgement("not-applicable", "no-unused-port", "every port has a use")
        elif up:
            why = f"{len(up)} of {len(unused)} unused ports are not shut: {_named(up)}"
            parameters = {"count": str(len(up)), "total": str(len(unused)), "names": _named(up)}
            yield Judgement("fail", "unused-ports-up", why, parameters)
        else:
            why = f"all {len(unused)} unused ports are shut"
            yield Judgement("pass", "unused-ports-shut", why, {"total": str(len(unused))})
