"""Turning on link encryption: what is sent to which end, in which order, and how it goes back.

Every intermediate state passes traffic whatever the neighbour's state, so no atomic change of two
devices is needed: both ends are should-secure while they differ, the far end is tightened first,
and both are relaxed before anything is taken away. See "Link encryption and keys" in
docs/rollout.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from netmod.inventory import Link
from netmod.rollout import link_texts
from netmod.rollout.gates import judge
from netmod.rollout.link_checks import excluded
from netmod.rollout.link_ground import (
    CABLED,
    COUNTING,
    ENCRYPTED,
    ENFORCED,
    LINK_GATES,
    REACHED,
    Ground,
    LinkPlan,
    LinkWork,
    Make,
    end_of,
    fault_of,
    left_alone,
    no_second_path,
    together,
)
from netmod.rollout.link_parts import LinkEnd
from netmod.rollout.model import Purpose, Risk, Stage, Undo

_MARGIN = 60
"""Seconds after a SAK's lifetime until both ends have told of the new one."""


def encryption_units(ground: Ground, links: Sequence[Link]) -> LinkPlan:
    """A unit for each link that is not as intended, and a reason for each that is left alone."""
    return together([_of_link(ground, link) for link in links])


def _of_link(ground: Ground, link: Link) -> LinkPlan:
    fault = fault_of(ground, link)
    if fault is not None:
        return left_alone(fault)
    ends = [end_of(ground, link, end) for end in ground.paths.far_first(link)]
    if _is_enforced(ground, link) and all(link_texts.as_intended(end) for end in ends):
        return left_alone(excluded(link, "as-intended"))
    for end in ends:
        for policy in link_texts.changed_policies(end):
            user = next(link_texts.other_users(end, policy), None)
            if user is not None:
                return left_alone(
                    excluded(link, "policy-shared", device=end.device, policy=policy, port=user)
                )
    lonely = no_second_path(ground, link)
    if lonely is not None:
        return left_alone(lonely)
    return _Work(ground, link, ends).plan()


def _is_enforced(ground: Ground, link: Link) -> bool:
    alone = ground.seen.model_copy(update={"links": (link,)})
    return judge(LINK_GATES[ENFORCED], None, alone).outcome == "pass"


class _Work(LinkWork):
    def plan(self) -> LinkPlan:
        hard = [end.device for end in self.ends if end.device in self.ground.fail_closed]
        if hard:
            return self._with_outage(hard)
        stages = [
            self.stage("should-secure", link_texts.relax, gates=(REACHED,)),
            self.stage("keys", link_texts.give_keys, gates=(REACHED,)),
            self.stage(
                "should-secure", link_texts.bind, gates=(REACHED, CABLED, ENCRYPTED, COUNTING)
            ),
            self.stage(
                "must-secure", link_texts.enforce, self.ends[:1],
                gates=(REACHED, CABLED, ENCRYPTED, COUNTING), across=True,
            ),
            self.stage(
                "must-secure", link_texts.enforce, self.ends[1:],
                gates=(REACHED, CABLED, ENFORCED, COUNTING), soak=self._soak,
            ),
        ]  # fmt: skip
        return self.finished(stages, self._undo(stages))

    def _with_outage(self, hard: Sequence[str]) -> LinkPlan:
        """Both ends inside one timer: the link is down until the second one has its keys."""
        rule = "expected-outage"
        if self.link.id not in self.ground.overrides.get(rule, {}):
            return left_alone(excluded(self.link, rule, devices=", ".join(hard)))
        self.risks.append(
            Risk(subject=self.link.id, code=rule, parameters={"devices": ", ".join(hard)})
        )
        stage = self.stage(
            "must-secure", link_texts.encrypt_at_once,
            gates=(REACHED, CABLED, ENFORCED, COUNTING), soak=self._soak,
        )  # fmt: skip
        back = self.stage("remove", link_texts.take_off, gates=(REACHED,))
        undo = [Undo(undoes=(0,), stage=back)] if stage is not None and back is not None else []
        return self.finished([stage], undo)

    def _undo(self, stages: Sequence[Stage | None]) -> list[Undo]:
        """Both ends back to should-secure while they are secured, then off the far end, then off
        the near one, then the keys. An end that had MACsec before stays should-secure with the
        intended keys: its old ones are not known, and must-secure with others would stop the
        traffic."""
        numbers: dict[int, int] = {}
        for place, stage in enumerate(stages):
            if stage is not None:
                numbers[place] = len(numbers)
        fresh = [end for end in self.ends if not end.bound]
        had = [end for end in self.ends if end.bound]
        for end in had:
            parameters = {"device": end.device}
            self.risks.append(
                Risk(subject=self.link.id, code="not-restored", parameters=parameters)
            )
        found = []
        back: tuple[tuple[tuple[int, ...], Purpose, Make, Sequence[LinkEnd]], ...] = (
            ((3, 4), "restore", link_texts.relax_again, self.ends),
            ((2,), "remove", link_texts.unbind, fresh),
            ((1,), "remove", link_texts.forget, fresh),
            ((0, 1, 2), "restore", link_texts.settle, had),
        )
        for places, purpose, make, ends in back:
            undoes = tuple(numbers[place] for place in places if place in numbers)
            stage = self.stage(purpose, make, ends, gates=(REACHED,)) if undoes else None
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
