"""One end of a link: what the captures of its host say about the interface it is on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal

from netmod.compliance._model import Model
from netmod.facts import FactsDocument, HostFacts, KeyChainFact, LinkEndFact, Technology
from netmod.inventory import HostNames, interface_key, parent_of

EndState = Literal["secured", "partial", "configured", "unsecured", "unknown", "missing"]
FoundBy = Literal["interface", "parent", "lag"]


class End(Model):
    """One end of a link, as evidence.

    `host` None is a supplier's end. `captured` is False where no capture of the host is at hand.
    `found_by` tells which interface the fact is about: the end's own, the port that its
    sub-interface belongs to, or the bundle that it is a member of. `keys_until` is when the last
    key of its chain runs out, None where that is not known.
    """

    host: str | None = None
    interface: str | None = None
    supplier: str | None = None
    captured: bool = False
    captured_at: datetime | None = None
    fact: LinkEndFact | None = None
    found_by: FoundBy | None = None
    keys_until: datetime | None = None

    @property
    def state(self) -> EndState:
        """The state that the verdict's table is read with."""
        if not self.captured:
            return "missing"
        return self.fact.state if self.fact is not None else "unknown"

    @property
    def label(self) -> str:
        """`host interface`, or the supplier's name."""
        if self.host is None:
            return self.supplier or "the other end"
        return f"{self.host} {self.interface}" if self.interface else self.host


class CapturedEnds:
    """Finds link ends in a facts document. `names` are the hosts that callers ask for."""

    def __init__(self, document: FactsDocument, names: Iterable[str], at: datetime) -> None:
        self._at = at
        self._captured_at = document.captured_at
        known = HostNames(names)
        self._hosts: dict[str, HostFacts] = {}
        answering: dict[str | None, list[str]] = defaultdict(list)
        for printed in sorted(document.hosts):
            answering[known.find(printed)].append(printed)
        unexpected = answering.pop(None, [])
        for name, several in answering.items():
            # Of several folders that could be one host only its very name is certain.
            chosen = name if name in several else several[0] if len(several) == 1 else None
            if name is not None and chosen is not None:
                self._hosts[name] = document.hosts[chosen]
            unexpected += [printed for printed in several if printed != chosen]
        self.unexpected = sorted(unexpected)
        self._by_interface: dict[str, dict[str, list[LinkEndFact]]] = {}

    def host(self, name: str) -> HostFacts | None:
        """The facts of a host that captures are at hand of; None for a missing one."""
        facts = self._hosts.get(name)
        return facts if facts is not None and was_captured(facts) else None

    def failure(self, name: str) -> str:
        """Why a host has no captures, where its collection reported it."""
        facts = self._hosts.get(name)
        return facts.warnings[0] if facts is not None and facts.warnings else ""

    def end(self, name: str, interface: str, technology: Technology | None = None) -> End:
        """The end of a link on an interface: its own fact, else its port's, else its bundle's.

        Where several technologies are seen on one interface, `technology` is preferred.
        """
        facts = self.host(name)
        if facts is None:
            return End(host=name, interface=interface)
        found_by, fact = self._find(name, facts, interface, technology)
        return End(
            host=name,
            interface=interface,
            captured=True,
            captured_at=facts.captured_at or self._captured_at,
            fact=fact,
            found_by=found_by,
            keys_until=_keys_until(facts.key_chains, fact, self._at),
        )

    def lag_of(self, name: str, interface: str) -> str | None:
        """The bundle that the captures show an interface to be a member of."""
        facts = self.host(name)
        for fact in self._index(name, facts).get(interface_key(interface), ()) if facts else ():
            if fact.lag:
                return fact.lag
        return None

    def _find(
        self, name: str, facts: HostFacts, interface: str, technology: Technology | None
    ) -> tuple[FoundBy | None, LinkEndFact | None]:
        index = self._index(name, facts)
        own = _preferred(index.get(interface_key(interface), ()), technology)
        if own is not None:
            return "interface", own
        parent = parent_of(interface)
        port = _preferred(index.get(interface_key(parent), ()), technology) if parent else None
        if port is not None and port.technology != "none":
            return "parent", port
        for fact in facts.link_ends:
            if interface_key(interface) in map(interface_key, fact.members):
                return "lag", fact
        return None, None

    def _index(self, name: str, facts: HostFacts) -> Mapping[str, list[LinkEndFact]]:
        index = self._by_interface.get(name)
        if index is None:
            index = self._by_interface[name] = defaultdict(list)
            for fact in facts.link_ends:
                index[interface_key(fact.interface)].append(fact)
        return index


def was_captured(facts: HostFacts) -> bool:
    """Whether a host's facts rest on any capture, and not on a failed collection."""
    return bool(facts.captures or facts.link_ends or facts.neighbors)


def _preferred(facts: Iterable[LinkEndFact], technology: Technology | None) -> LinkEndFact | None:
    order = {"macsec": 1, "ipsec": 2, "none": 3} | ({technology: 0} if technology else {})
    return min(facts, key=lambda fact: order[fact.technology], default=None)


def _keys_until(
    chains: Iterable[KeyChainFact], fact: LinkEndFact | None, at: datetime
) -> datetime | None:
    """When the keys of the fact's chain run out, each next key taking over from the one before.

    A time without zone is read as UTC: the bound it is held against counts days.
    """
    name = fact.key_chain if fact is not None else None
    chain = next((one for one in chains if one.name == name), None)
    if chain is None or any(key.end is None for key in chain.keys):
        return None
    spans = sorted(
        (zoned(key.start) if key.start else at, zoned(key.end))
        for key in chain.keys
        if key.end is not None
    )
    reach: datetime | None = None
    for start, end in spans:
        if start <= (reach or at) and end > (reach or at):
            reach = end
    return reach


def zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
