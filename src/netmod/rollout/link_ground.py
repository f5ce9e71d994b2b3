"""What plans for links are made from and of: ends as they run, stages, units, texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from netmod.inventory import Inventory, Link, MacsecPolicy, ManagedEnd
from netmod.rollout.gate_parameters import (
    CountersGate,
    Gate,
    NeighboursGate,
    ReachabilityGate,
    SecuredGate,
)
from netmod.rollout.link_checks import declaration_fault, excluded, key_fault, state_fault
from netmod.rollout.link_dialects import DIALECTS, language_of, tree_of
from netmod.rollout.link_parts import LinkEnd
from netmod.rollout.link_paths import Paths
from netmod.rollout.model import Change, Excluded, Purpose, Risk, Stage, Undo, Unit
from netmod.rollout.observations import Observation, end_facts, ports_of
from netmod.rollout.safety import CHANGE_RULES

REACHED, CABLED, ENCRYPTED, COUNTING, ENFORCED = (
    "link-reached", "link-cabled", "link-encrypted", "link-counting", "link-enforced",
)  # fmt: skip
LINK_GATES: Mapping[str, Gate] = {
    REACHED: ReachabilityGate(),
    CABLED: NeighboursGate(),
    ENCRYPTED: SecuredGate(allow=("M01",)),
    COUNTING: CountersGate(),
    ENFORCED: SecuredGate(enforcement="must-secure"),
}
"""The gates that the stages of a link name; they belong into the plan."""

_POLICY_LENGTH = 16

Parts = Mapping[str, Mapping[str, str]]
"""Link and device → the link's part of the intended config."""


@dataclass(frozen=True)
class Ground:
    """What a plan for links is made from; `plan` is its id. Nothing of it holds a secret.

    `intended` and `relaxed` are the links' parts, as they are to be and should-secure (with the
    policies of `way_policies`). `running` are captured configs by device. `stored` tells of each
    reference to a secret whether it can be resolved. `out_of_band` are devices that are reached
    when their links are down. `overrides` are by rule and link the reasons that somebody gave.
    `fail_closed` are devices that know no should-secure. `seconds` is how long a device waits for
    a confirmation, `clock` the seconds that clocks may differ by. `gates` are looked at after each
    stage beside a link's own. `soak` None waits for one SAK.
    """

    plan: str
    inventory: Inventory
    intended: Parts
    relaxed: Parts
    running: Mapping[str, str]
    seen: Observation
    stored: Mapping[str, bool]
    paths: Paths
    now: datetime
    out_of_band: Collection[str] = ()
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fail_closed: Collection[str] = ()
    seconds: int = 300
    clock: float = 60
    gates: tuple[str, ...] = ()
    soak: int | None = None


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """Units for links, links left alone, what may go wrong, the texts by their SHA-256, and the
    gates that the units name beside `LINK_GATES`."""

    units: tuple[Unit, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    risks: tuple[Risk, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)


def way_policy(link: str) -> str:
    """The name of the should-secure policy that a link has on its way."""
    return _short("SS-", link)


def copy_policy(link: str) -> str:
    """The name of the should-secure copy of the policy that a link had."""
    return _short("RX-", link)


def _short(prefix: str, link: str) -> str:
    whole = prefix + link
    if len(whole) <= _POLICY_LENGTH:
        return whole
    return prefix + hashlib.sha256(link.encode()).hexdigest()[: _POLICY_LENGTH - len(prefix)]


def way_policies(inventory: Inventory, link: Link) -> Mapping[str, MacsecPolicy]:
    """The policy that each end's relaxed part is rendered with, by device.

    Where policies are shared by the ports of a device it is one of the link's own, so that no
    other link is loosened with it.
    """
    if link.encryption is None:
        return {}
    policy = inventory.policies[link.encryption.policy]
    found = {}
    for end in link.managed_ends:
        dialect = DIALECTS.get(inventory.devices[end.device].platform)
        if dialect is not None:
            name = way_policy(link.id) if dialect.carrier == "policy" else policy.id
            found[end.device] = policy.model_copy(
                update={"id": name, "enforcement": "should-secure"}
            )
    return found


def end_of(ground: Ground, link: Link, end: ManagedEnd) -> LinkEnd:
    """One end as it runs, and as it is to be."""
    platform = ground.inventory.devices[end.device].platform
    read = language_of(platform).read
    facts = [fact for device, _, fact in end_facts(ground.seen, link) if device == end.device]
    ckns = {fact.ckn for fact in facts if fact is not None}
    return LinkEnd(
        device=end.device,
        platform=platform,
        ports=tuple(port for device, port in ports_of(link) if device == end.device),
        running=tree_of(read(ground.running[end.device])),
        relaxed=tree_of(read(ground.relaxed[link.id][end.device])),
        intended=tree_of(read(ground.intended[link.id][end.device])),
        own=way_policy(link.id),
        copy=copy_policy(link.id),
        keep=frozenset({*ground.inventory.policies, *ground.inventory.key_chains}),
        secured=is_encrypted(ground, link),
        ckn=ckns.pop() if len(ckns) == 1 else None,
    )


def is_encrypted(ground: Ground, link: Link) -> bool:
    """Whether every port of the link was seen to encrypt."""
    facts = [fact for _, _, fact in end_facts(ground.seen, link)]
    return bool(facts) and all(fact is not None and fact.state == "secured" for fact in facts)


def fault_of(ground: Ground, link: Link) -> Excluded | None:
    """Why nothing may be sent for a link; None where something may."""
    return (
        declaration_fault(ground.inventory, link)
        or key_fault(ground.inventory, link, ground.now, ground.stored)
        or state_fault(ground.inventory, link, ground.seen, ground.clock)
    )


def no_second_path(ground: Ground, link: Link) -> Excluded | None:
    """A link that is the only way to devices which nobody reaches otherwise."""
    cut_off = [one for one in ground.paths.cut_off(link) if one not in ground.out_of_band]
    if cut_off and link.id not in ground.overrides.get("no-second-path", {}):
        return excluded(link, "no-second-path", cuts_off=", ".join(cut_off))
    return None


def together(plans: Sequence[LinkPlan]) -> LinkPlan:
    """The plans of several links as one."""
    texts: dict[str, str] = {}
    gates: dict[str, Gate] = {}
    for one in plans:
        texts |= one.texts
        gates |= one.gates
    return LinkPlan(
        units=tuple(unit for one in plans for unit in one.units),
        excluded=tuple(reason for one in plans for reason in one.excluded),
        risks=tuple(risk for one in plans for risk in one.risks),
        texts=texts,
        gates=gates,
    )


def left_alone(reason: Excluded) -> LinkPlan:
    """Nothing for a link but the reason."""
    return LinkPlan(excluded=(reason,))


Make = Callable[[LinkEnd], str]
"""From an end to the text that it is sent; "" for nothing."""


class LinkWork:
    """The stages of one link while they are made; `ends` are the far one and the near one."""

    def __init__(self, ground: Ground, link: Link, ends: Sequence[LinkEnd]) -> None:
        self.ground = ground
        self.link = link
        self.ends = ends
        self.texts: dict[str, str] = {}
        self.risks: list[Risk] = []
        self.gates: dict[str, Gate] = {}
        self._begun: set[str] = set()

    def finished(self, stages: Sequence[Stage | None], undo: Sequence[Undo]) -> LinkPlan:
        """The plan of the unit; stages that are None have nothing to send."""
        far = self.ends[0].device
        site = self.ground.inventory.sites[self.ground.inventory.devices[far].site]
        unit = Unit(
            id=self.link.id,
            trust=site.trust,
            site=site.id,
            devices=tuple(dict.fromkeys(end.device for end in self.ends)),
            links=(self.link.id,),
            stages=tuple(stage for stage in stages if stage is not None),
            undo=tuple(undo),
        )
        if not unit.stages:
            return left_alone(excluded(self.link, "nothing-to-send"))
        return LinkPlan((unit,), (), tuple(self.risks), self.texts, self.gates)

    def stage(
        self,
        purpose: Purpose,
        make: Make,
        ends: Sequence[LinkEnd] | None = None,
        *,
        gates: tuple[str, ...],
        soak: int = 0,
        across: bool = False,
    ) -> Stage | None:
        """The stage that sends each end what `make` gives; None where that is nothing."""
        changes = []
        for end in self.ends if ends is None else ends:
            text = make(end)
            if text:
                changes.append(self._change(end, text, make.__name__, across=across))
        if not changes:
            return None
        gates = tuple(dict.fromkeys((*gates, *self.ground.gates)))
        return Stage(purpose=purpose, changes=tuple(changes), gates=gates, soak=soak)

    def _change(self, end: LinkEnd, text: str, step: str, *, across: bool) -> Change:
        rules = CHANGE_RULES[end.platform]
        safety = rules.classes["merge"]
        first = end.device not in self._begun
        self._begun.add(end.device)
        return Change(
            id=f"{self.ground.plan}.{self.link.id}.{step.replace('_', '-')}.{end.device}",
            device=end.device,
            platform=end.platform,
            kind="merge",
            safety_class=safety,
            text=self._kept(text),
            diff=self._kept(diff_of(text)),
            before=self.ground.seen.running.get(end.device) if first else None,
            seconds=rules.granted(self.ground.seconds) if safety == "A" else None,
            across=self.link.id if across else None,
        )

    def _kept(self, text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.texts[digest] = text
        return digest


def diff_of(text: str) -> str:
    """A merge as a person reads it: what is added with +, what goes with -."""
    lines = []
    for line in text.splitlines():
        word = line.split()[0]
        lines.append(f"{'-' if word in ('no', 'delete') else '+'} {line}\n")
    return "".join(lines)
