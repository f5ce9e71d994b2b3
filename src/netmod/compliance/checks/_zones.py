"""The separation of zones: what access lists let through, against what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from netmod.compliance._model import Model
from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement
from netmod.facts import AccessListFact, AccessRule

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def _prefix(value: str) -> str:
    try:
        IPv4Network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no network | write it like 10.0.0.0/24") from None
    return value


def _prefix_or_internet(value: str) -> str:
    return value if value == "internet" else _prefix(value)


class Flow(Model):
    """One flow that is allowed. `internet` is every address that is not private (RFC 1918);
    `ports` are destination ports, none for all."""

    protocol: Literal["tcp", "udp", "icmp", "ip"] = "ip"
    source: Annotated[str, AfterValidator(_prefix)]
    destination: Annotated[str, AfterValidator(_prefix_or_internet)]
    ports: tuple[Annotated[int, Field(ge=0, le=65535)], ...] = ()

    @model_validator(mode="after")
    def _ports_have_a_protocol(self) -> Flow:
        if self.ports and self.protocol in ("icmp", "ip"):
            raise ValueError(f"{self.protocol} has no ports | remove them, or say tcp or udp")
        return self

    def allows(self, rule: AccessRule, destination: IPv4Network) -> bool:
        """Whether what a rule lets through to a network is within this flow."""
        protocols = self.protocol in ("ip", rule.protocol)
        ports = not self.ports or (
            bool(rule.ports) and all(_covers(self.ports, *span) for span in rule.ports)
        )
        return (
            protocols
            and ports
            and IPv4Network(rule.source).subnet_of(IPv4Network(self.source))
            and self._leads_to(destination)
        )

    def _leads_to(self, destination: IPv4Network) -> bool:
        if self.destination == "internet":
            return not any(destination.overlaps(one) for one in _PRIVATE)
        return destination.subnet_of(IPv4Network(self.destination))


def _covers(ports: tuple[int, ...], first: int, last: int) -> bool:
    return last - first < len(ports) and set(range(first, last + 1)) <= set(ports)


class ZoneFlows(Model):
    """The access lists between zones, by name, and everything that they may let through."""

    access_lists: tuple[str, ...] = ()
    allowed: tuple[Flow, ...] = ()


class ZoneSeparation(DeviceCheck[ZoneFlows]):
    """Between zones only those flows are let through that are on a list.

    Pass: the access list is applied to an interface, and everything that it permits lies within
        `allowed`. What an earlier rule drops is not permitted by a later one.
    Fail: it is applied nowhere, or a rule permits more than `allowed` does.
    Not applicable: never.
    Unknown: no list is named, the captures do not show it, or it has a rule that is not
        understood (object groups, wildcards that are no prefix). Each list is judged by itself.

    Example:
        - zone-separation:
            access_lists: [ZONE-MTU-IN]
            allowed:
              - {protocol: tcp, source: 10.20.0.0/16, destination: 10.9.1.0/24, ports: [443]}
              - {source: 10.20.0.0/16, destination: internet}
    """

    id = "zone-separation"
    inputs = ZoneFlows
    waits_for = ("access_lists (NX-OS, IOS-XR, EOS, Junos)",)

    def judge(self, subject: DeviceSubject, inputs: ZoneFlows) -> Iterable[Judgement]:
        known = {one.name: one for one in subject.facts.access_lists}
        if not inputs.access_lists:
            why = "the requirement names no access list"
            yield Judgement("unknown", "no-access-list-named", why)
        for name in inputs.access_lists:
            yield _judged(name, known.get(name), inputs.allowed)


def _judged(name: str, found: AccessListFact | None, allowed: tuple[Flow, ...]) -> Judgement:
    if found is None:
        why = "the captures do not show the access list"
        return Judgement("unknown", "access-list-not-seen", why, part=name)
    if not found.applied_to:
        why = "the access list filters no interface"
        return Judgement("fail", "access-list-not-applied", why, part=name)
    unclear = next((one for one in found.rules if not one.understood), None)
    for at, rule in enumerate(found.rules):
        if rule is unclear:
            break  # it may drop what the rules below permit
        lets_in = rule.permit and not rule.established
        if lets_in and next(_beyond(rule, found.rules[:at], allowed), None) is not None:
            why = f"permits more than is allowed: {rule.text}"
            return Judgement("fail", "flow-not-allowed", why, {"rule": rule.text}, name)
    if unclear is not None:
        why = f"a rule is not understood: {unclear.text}"
        return Judgement("unknown", "rule-not-understood", why, {"rule": unclear.text}, name)
    why = f"all that its {len(found.rules)} rules permit is allowed"
    return Judgement("pass", "flows-allowed", why, {"count": str(len(found.rules))}, name)


def _beyond(
    rule: AccessRule, before: tuple[AccessRule, ...], allowed: tuple[Flow, ...]
) -> Iterator[IPv4Network]:
    """The networks that a rule lets through to and no flow allows."""
    for destination in _left(rule, before):
        if not any(flow.allows(rule, destination) for flow in allowed):
            yield destination


def _left(rule: AccessRule, before: tuple[AccessRule, ...]) -> list[IPv4Network]:
    """The networks that a rule leads to, without those that an earlier rule drops wholly."""
    left = [IPv4Network(rule.destination)]
    source = IPv4Network(rule.source)
    for other in before:
        drops = (
            not other.permit and other.understood and not other.ports and not other.established
            and other.protocol in ("ip", rule.protocol)
            and source.subnet_of(IPv4Network(other.source))
        )  # fmt: skip
        if drops:
            left = [part for one in left for part in _without(one, IPv4Network(other.destination))]
    return left


def _without(network: IPv4Network, other: IPv4Network) -> list[IPv4Network]:
    if network.subnet_of(other):
        return []
    return list(network.address_exclude(other)) if other.subnet_of(network) else [network]
