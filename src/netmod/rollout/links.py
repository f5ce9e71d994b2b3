"""Turning on link encryption: what is sent to which end, in which order, and how it goes back.

Every intermediate state passes traffic whatever the neighbour's state, so no atomic change of two
devices is needed: both ends are should-secure while they differ, the far end is tightened first,
and both are relaxed before anything is taken away. See "Link encryption and keys" in
docs/rollout.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from netmod.inventory import Inventory, Link, MacsecPolicy, ManagedEnd
from netmod.rollout import link_texts
from netmod.rollout.gate_parameters import (
    CountersGate,
    Gate,
    NeighboursGate,
    ReachabilityGate,
    SecuredGate,
)
from netmod.rollout.gates import judge
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
_MARGIN = 60
"""Seconds after a SAK's lifetime until both ends have told of the new one."""

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
    """Units for links, links left alone, what may go wrong, and the texts by their SHA-256."""

    units: tuple[Unit, ...]
    excluded: tuple[Excluded, ...]
    risks: tuple[Risk, ...]
    texts: Mapping[str, str]


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


def encryption_units(ground: Ground, links: Sequence[Link]) -> LinkPlan:
    """A unit for each link that is not as intended, and a reason for each that is left alone."""
    made = [_of_link(ground, link) for link in links]
    texts: dict[str, str] = {}
    for one in made:
        texts |= one.texts
    return LinkPlan(
        units=tuple(unit for one in made for unit in one.units),
        excluded=tuple(reason for one in made for reason in one.excluded),
        risks=tuple(risk for one in made for risk in one.risks),
        texts=texts,
    )


def _left_alone(reason: Excluded) -> LinkPlan:
    return LinkPlan((), (reason,), (), {})


def _of_link(ground: Ground, link: Link) -> LinkPlan:
    fault = (
        declaration_fault(ground.inventory, link)
        or key_fault(ground.inventory, link, ground.now, ground.stored)
        or state_fault(ground.inventory, link, ground.seen, ground.clock)
    )
    if fault is not None:
        return _left_alone(fault)
    ends = [end_of(ground, link, end) for end in ground.paths.far_first(link)]
    if _is_enforced(ground, link) and all(link_texts.as_intended(end) for end in ends):
        return _left_alone(excluded(link, "as-intended"))
    for end in ends:
        for policy in link_texts.changed_policies(end):
            user = next(link_texts.other_users(end, policy), None)
            if user is not None:
                return _left_alone(
                    excluded(link, "policy-shared", device=end.device, policy=policy, port=user)
                )
    lonely = _no_second_path(ground, link)
    if lonely is not None:
        return _left_alone(lonely)
    work = _Work(ground, link, ends)
    return work.plan()


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
        secured=_is_encrypted(ground, link),
        ckn=ckns.pop() if len(ckns) == 1 else None,
    )


def _is_encrypted(ground: Ground, link: Link) -> bool:
    facts = [fact for _, _, fact in end_facts(ground.seen, link)]
    return bool(facts) and all(fact is not None and fact.state == "secured" for fact in facts)


def _is_enforced(ground: Ground, link: Link) -> bool:
    alone = ground.seen.model_copy(update={"links": (link,)})
    return judge(LINK_GATES[ENFORCED], None, alone).outcome == "pass"


def _no_second_path(ground: Ground, link: Link) -> Excluded | None:
    """A link that is the only way to devices which nobody reaches otherwise."""
    cut_off = [one for one in ground.paths.cut_off(link) if one not in ground.out_of_band]
    if cut_off and link.id not in ground.overrides.get("no-second-path", {}):
        return excluded(link, "no-second-path", cuts_off=", ".join(cut_off))
    return None


Make = Callable[[LinkEnd], str]


class _Work:
    """The stages of one link; `ends` are the far one and the near one."""

    def __init__(self, ground: Ground, link: Link, ends: Sequence[LinkEnd]) -> None:
        self.ground = ground
        self.link = link
        self.ends = ends
        self.texts: dict[str, str] = {}
        self.risks: list[Risk] = []
        self._begun: set[str] = set()

    def plan(self) -> LinkPlan:
        hard = [end.device for end in self.ends if end.device in self.ground.fail_closed]
        if hard:
            return self._with_outage(hard)
        stages = [
            self._stage("should-secure", link_texts.relax, gates=(REACHED,)),
            self._stage("keys", link_texts.give_keys, gates=(REACHED,)),
            self._stage(
                "should-secure", link_texts.bind, gates=(REACHED, CABLED, ENCRYPTED, COUNTING)
            ),
            self._stage(
                "must-secure", link_texts.enforce, self.ends[:1],
                gates=(REACHED, CABLED, ENCRYPTED, COUNTING), across=True,
            ),
            self._stage(
                "must-secure", link_texts.enforce, self.ends[1:],
                gates=(REACHED, CABLED, ENFORCED, COUNTING), soak=self._soak,
            ),
        ]  # fmt: skip
        return self._finished(stages, self._undo(stages))

    def _with_outage(self, hard: Sequence[str]) -> LinkPlan:
        """Both ends inside one timer: the link is down until the second one has its keys."""
        rule = "expected-outage"
        if self.link.id not in self.ground.overrides.get(rule, {}):
            return _left_alone(excluded(self.link, rule, devices=", ".join(hard)))
        self.risks.append(
            Risk(subject=self.link.id, code=rule, parameters={"devices": ", ".join(hard)})
        )
        stage = self._stage(
            "must-secure", link_texts.encrypt_at_once,
            gates=(REACHED, CABLED, ENFORCED, COUNTING), soak=self._soak,
        )  # fmt: skip
        back = self._stage("remove", link_texts.take_off, gates=(REACHED,))
        undo = [Undo(undoes=(0,), stage=back)] if stage is not None and back is not None else []
        return self._finished([stage], undo)

    def _finished(self, stages: Sequence[Stage | None], undo: Sequence[Undo]) -> LinkPlan:
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
            return _left_alone(excluded(self.link, "nothing-to-send"))
        return LinkPlan((unit,), (), tuple(self.risks), self.texts)

    def _undo(self, stages: Sequence[Stage | None]) -> list[Undo]:
        """Both ends back to should-secure while they are secured, then off the far end, then off
        the near one, then the keys. An end that had MACsec before stays should-secure: its old
        keys are not known, and must-secure with others would stop the traffic."""
        numbers: dict[int, int] = {}
        for place, stage in enumerate(stages):
            if stage is not None:
                numbers[place] = len(numbers)
        fresh = [end for end in self.ends if not end.bound]
        for end in self.ends:
            if end.bound:
                self.risks.append(
                    Risk(
                        subject=self.link.id, code="not-restored", parameters={"device": end.device}
                    )
                )
        found = []
        back: tuple[tuple[tuple[int, ...], Purpose, Make, Sequence[LinkEnd]], ...] = (
            ((3, 4), "restore", link_texts.relax_again, self.ends),
            ((2,), "remove", link_texts.unbind, fresh),
            ((1,), "remove", link_texts.forget, fresh),
        )
        for places, purpose, make, ends in back:
            undoes = tuple(numbers[place] for place in places if place in numbers)
            stage = self._stage(purpose, make, ends, gates=(REACHED,)) if undoes else None
            if stage is not None:
                found.append(Undo(undoes=undoes, stage=stage))
        return found

    @property
    def _soak(self) -> int:
        """One SAK rekey."""
        if self.ground.soak is not None:
            return self.ground.soak
        encryption = self.link.encryption
        policy = self.ground.inventory.policies[encryption.policy] if encryption else None
        return policy.sak_rekey_interval + _MARGIN if policy else 0

    def _stage(
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
