"""All observations of one host → its facts. Pure: the clock comes in as `at`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from netmod.facts import (
    AccessListFact,
    CertificateFact,
    HardeningFacts,
    HostFacts,
    IkeSaFact,
    InventoryItem,
    LinkEndFact,
    LinkEndState,
    NeighborFact,
    PolicyFact,
    PortFact,
    VersionFact,
)
from netmod.platforms import _ipsec, _macsec
from netmod.platforms._keys import has_lifetime_weakness, key_chain_fact, merge_chains
from netmod.platforms._observations import (
    Clock,
    Fact,
    Hardening,
    Identity,
    InterfaceSeen,
    IpsecConfig,
    IpsecFlow,
    KeyChain,
    LagMember,
    MacsecConfig,
    MacsecCounters,
    MacsecSession,
    MacsecShutdown,
    Observation,
    Remark,
)
from netmod.platforms._why import explained

Kind = TypeVar("Kind")
_WORST_FIRST: tuple[LinkEndState, ...] = (
    "unknown",
    "unsecured",
    "partial",
    "configured",
    "secured",
)


@dataclass(slots=True)
class _Seen:
    """Observations by type."""

    by_type: dict[type[Any], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def all(self, kind: type[Kind]) -> list[Kind]:
        return self.by_type.get(kind, [])


def assemble(observations: Iterable[Observation], *, at: datetime | None) -> HostFacts:
    """The facts of one host, without platform, captures and capture time (the caller's).

    Key lifetimes are judged by the device's own clock where it was captured with its zone, since
    that is what makes a key expire; else at `at`. None leaves them undecided unless the device
    marks them.
    """
    seen = _Seen()
    for observation in observations:
        seen.by_type[type(observation)].append(observation)
    clocks = [clock.time for clock in seen.all(Clock)]
    at = next((time for time in reversed(clocks) if time.tzinfo is not None), at)
    facts = [one.fact for one in seen.all(Fact)]
    policies = _merged_policies([fact for fact in facts if isinstance(fact, PolicyFact)])
    chains = merge_chains(seen.all(KeyChain))
    identity = _identity(seen.all(Identity))
    ends = _link_ends(seen, policies)
    ends = [_with_key_weakness(end, chains, at) for end in ends]
    hardening = _hardening(seen.all(Hardening), identity)
    return HostFacts(
        platform=None,
        hostname=identity["hostname"],
        version=VersionFact(**{k: v for k, v in identity.items() if k != "hostname"}),
        link_ends=tuple(ends),
        hardening=hardening,
        key_chains=tuple(key_chain_fact(chain, at) for chain in chains),
        policies=tuple(policies),
        ike_sas=_unique(facts, IkeSaFact),
        inventory=_unique(facts, InventoryItem),
        neighbors=_unique(facts, NeighborFact),
        ports=_unique(facts, PortFact),
        access_lists=_unique(facts, AccessListFact),
        certificates=_unique(facts, CertificateFact),
        device_clock=clocks[-1] if clocks else None,
        findings=tuple(dict.fromkeys(one.text for one in seen.all(Remark) if one.finding)),
        warnings=tuple(dict.fromkeys(one.text for one in seen.all(Remark) if not one.finding)),
    )


def _unique(facts: Sequence[Any], kind: type[Kind]) -> tuple[Kind, ...]:
    unique: list[Kind] = []
    known = set[int]()
    for fact in facts:
        if isinstance(fact, kind) and hash(fact) not in known:
            known.add(hash(fact))
            unique.append(fact)
    return tuple(unique)


def _merged_policies(policies: Sequence[PolicyFact]) -> list[PolicyFact]:
    """One policy per kind and name; the first that states a field wins."""
    merged: dict[tuple[str, str], PolicyFact] = {}
    for policy in policies:
        key = (policy.kind, policy.name)
        first = merged.get(key)
        if first is None:
            merged[key] = policy
            continue
        gaps = {
            name: value
            for name, value in policy
            if getattr(first, name) in (None, ()) and value not in (None, ())
        }
        merged[key] = first.model_copy(update=gaps)
    return list(merged.values())


def _identity(places: Sequence[Identity]) -> dict[str, Any]:
    """Each value from the place of the highest rank that states it; the first of equals."""
    names = [name for name in Identity.__slots__ if name not in ("source", "rank")]
    values: dict[str, Any] = {**dict.fromkeys(names), "serials": ()}
    for place in sorted(places, key=lambda one: -one.rank):
        for name in names:
            if values[name] is None:
                values[name] = getattr(place, name)
        values["serials"] = tuple(dict.fromkeys((*values["serials"], *place.serials)))
    return values


def _hardening(seen: Sequence[Hardening], identity: dict[str, Any]) -> HardeningFacts:
    values: dict[str, Any] = {}
    for one in sorted(seen, key=lambda one: one.operational):
        if one.value is not None or one.name not in values:
            values[one.name] = one.value
    for name in ("hostname", "version"):
        if values.get(name) is None:
            values[name] = identity[name]
    return HardeningFacts(**values)


def _link_ends(seen: _Seen, policies: Sequence[PolicyFact]) -> list[LinkEndFact]:
    interfaces = {one.interface: one for one in seen.all(InterfaceSeen)}
    ends = _macsec_ends(seen, policies)
    ends += _ipsec_ends(seen)
    members = _lag_members(seen, interfaces)
    ends = [_with_lag(end, members) for end in ends]
    ends += _lag_ends(ends, members)
    covered = {end.interface for end in ends}
    ends += [
        _plain_end(one)
        for one in interfaces.values()
        if one.interface not in covered and one.parent not in covered
    ]
    half_open = _half_open_parents(ends, interfaces)
    return [_with_interface(end, interfaces.get(end.interface), half_open) for end in ends]


def _grouped(observations: Sequence[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in observations:
        groups[one.interface].append(one)
    return groups


def _macsec_ends(seen: _Seen, policies: Sequence[PolicyFact]) -> list[LinkEndFact]:
    sessions = _grouped(seen.all(MacsecSession))
    counters = _grouped(seen.all(MacsecCounters))
    configs = {one.interface: one for one in seen.all(MacsecConfig)}
    shutdowns = {one.interface: one.source for one in seen.all(MacsecShutdown)}
    names = dict.fromkeys([*sessions, *configs, *counters])
    names.update(dict.fromkeys(name for name in shutdowns if name is not None))
    ends = []
    for name in names:
        evidence = _macsec.MacsecEvidence(
            interface=name,
            sessions=sessions.get(name, ()),
            counters=counters.get(name, ()),
            config=configs.get(name),
            shutdown=shutdowns.get(name) or shutdowns.get(None),
        )
        ends.append(_macsec.judge(evidence, policies))
    return ends


def _ipsec_ends(seen: _Seen) -> list[LinkEndFact]:
    flows = _grouped(seen.all(IpsecFlow))
    configs = _grouped(seen.all(IpsecConfig))
    return [
        _ipsec.judge(
            _ipsec.IpsecEvidence(
                interface=name, flows=flows.get(name, ()), configs=configs.get(name, ())
            )
        )
        for name in dict.fromkeys([*flows, *configs])
    ]


def _lag_members(seen: _Seen, interfaces: dict[str, InterfaceSeen]) -> dict[str, str]:
    """Member → bundle."""
    members = {one.interface: one.lag for one in interfaces.values() if one.lag}
    members.update({one.member: one.lag for one in seen.all(LagMember)})
    members.update({one.interface: one.lag for one in seen.all(MacsecSession) if one.lag})
    return members


def _with_lag(end: LinkEndFact, members: dict[str, str]) -> LinkEndFact:
    lag = members.get(end.interface)
    return end if lag is None or end.lag else end.model_copy(update={"lag": lag})


def _lag_ends(ends: Sequence[LinkEndFact], members: dict[str, str]) -> list[LinkEndFact]:
    """An end for each bundle that carries MACsec on a member, derived from all its members."""
    own = {end.interface for end in ends}
    by_name = {end.interface: end for end in ends if end.technology == "macsec"}
    bundles: dict[str, list[str]] = defaultdict(list)
    for member, lag in members.items():
        bundles[lag].append(member)
    derived = []
    for lag, names in bundles.items():
        facts = [by_name[name] for name in names if name in by_name]
        if facts and lag not in own:
            derived.append(_lag_end(lag, names, facts))
    return derived


def _lag_end(lag: str, names: list[str], facts: list[LinkEndFact]) -> LinkEndFact:
    states = {fact.state for fact in facts}
    uncovered = len(facts) < len(names)
    mixed = uncovered or len(states) > 1
    ciphers = {fact.cipher for fact in facts}
    weaknesses = {code for fact in facts for code in fact.weaknesses}
    end = LinkEndFact(
        interface=lag,
        technology="macsec",
        state=_mixed_state(states) if mixed else facts[0].state,
        members=tuple(sorted(names)),
        derived=True,
        cipher=ciphers.pop() if len(ciphers) == 1 else None,
        enforcement=min((fact.enforcement for fact in facts), key=_ENFORCEMENT_ORDER.index),
        weaknesses=tuple(sorted(weaknesses | ({"M12"} if mixed else set()))),
        sources=tuple(dict.fromkeys(source for fact in facts for source in fact.sources)),
    )
    if not mixed:
        return explained(end, "lag-all-members", state=facts[0].state)
    covered = sum(fact.state == "secured" for fact in facts)
    return explained(end, "lag-some-members", covered=covered, members=len(names))


_ENFORCEMENT_ORDER = ("should-secure", "unknown", "must-secure")


def _mixed_state(states: set[LinkEndState]) -> LinkEndState:
    """State of a bundle whose members differ: partial where any is more than clear or unknown."""
    if states <= {"unknown", "unsecured"}:
        return min(states, key=_WORST_FIRST.index)
    return "partial"


def _plain_end(seen: InterfaceSeen) -> LinkEndFact:
    end = LinkEndFact(
        interface=seen.interface,
        technology="none",
        state="unsecured",
        lag=seen.lag,
        sources=(seen.source,),
    )
    return explained(end, "nothing-configured")


def _half_open_parents(
    ends: Sequence[LinkEndFact], interfaces: dict[str, InterfaceSeen]
) -> set[str]:
    """Interfaces with a sub-interface that is up and has no encryption."""
    covered = {end.interface for end in ends if end.technology != "none"}
    return {
        one.parent
        for one in interfaces.values()
        if one.parent and one.interface not in covered and not one.shutdown
    }


def _with_interface(
    end: LinkEndFact, seen: InterfaceSeen | None, half_open: set[str]
) -> LinkEndFact:
    """What the config of the interface adds: its VRF, and M11 beside an open sub-interface."""
    if seen is None:
        return end
    changes: dict[str, Any] = {}
    if end.vrf is None and seen.vrf is not None:
        changes["vrf"] = seen.vrf
    if end.technology == "macsec" and seen.parent in half_open:
        changes["weaknesses"] = tuple(sorted({*end.weaknesses, "M11"}))
    return end.model_copy(update=changes) if changes else end


def _with_key_weakness(
    end: LinkEndFact, chains: Sequence[KeyChain], at: datetime | None
) -> LinkEndFact:
    """M09 for the lifetimes of the end's chain; M10 where its session uses none of its keys."""
    chain = next((one for one in chains if one.name == end.key_chain), None)
    if chain is None:
        return end
    found = {"M09"} if has_lifetime_weakness(chain, at) else set()
    if end.fallback_key and end.live_peers and end.ckn and not _is_key_of(chain, end.ckn):
        found.add("M10")
    if not found:
        return end
    return end.model_copy(update={"weaknesses": tuple(sorted({*end.weaknesses, *found}))})


def _is_key_of(chain: KeyChain, ckn: str) -> bool:
    """Whether a chain has this CKN; devices pad it with zeros at the right, or print it bare."""
    wanted = ckn.lower().rstrip("0")
    return any(key.id.lower().rstrip("0") == wanted for key in chain.keys)
