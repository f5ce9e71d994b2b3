"""Key rollover: the new key beside the old one at both ends, the switch, later the old one gone.

The key that a session runs on is never deleted. Where chains have lifetimes the devices switch by
themselves when the new key begins: one plan adds it, a later one removes the old. Where an end
holds one key and a fallback, the fallback's place carries the new key over. See "Link encryption
and keys" in docs/rollout.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from netmod.inventory import KeyChain, Link, MacsecKey
from netmod.rollout import key_texts
from netmod.rollout.gate_parameters import KeysGate
from netmod.rollout.link_checks import (
    chains_of,
    current_key,
    excluded,
)
from netmod.rollout.link_ground import (
    CABLED,
    COUNTING,
    REACHED,
    Ground,
    LinkPlan,
    LinkWork,
    end_of,
    fault_of,
    is_encrypted,
    left_alone,
    no_second_path,
    together,
)
from netmod.rollout.link_parts import LinkEnd
from netmod.rollout.model import Stage, Undo
from netmod.rollout.observations import same_name

LEAD = timedelta(hours=24)
"""How long before it begins a new key has to be on both ends."""


def key_rollover_units(ground: Ground, links: Sequence[Link]) -> LinkPlan:
    """A unit for each link whose keys are to change now, and why each other one is left alone."""
    return together([_of_link(ground, link) for link in links])


def _of_link(ground: Ground, link: Link) -> LinkPlan:
    fault = fault_of(ground, link)
    if fault is None and not is_encrypted(ground, link):
        fault = excluded(link, "not-encrypted")
    fault = fault or no_second_path(ground, link)
    if fault is not None:
        return left_alone(fault)
    ends = [end_of(ground, link, end) for end in ground.paths.far_first(link)]
    return _Rollover(ground, link, ends).plan()


class _Rollover(LinkWork):
    """What is to be done for one link now."""

    def plan(self) -> LinkPlan:
        """The next move: add what is missing, switch, or remove what is not intended any more."""
        chains = chains_of(self.ground.inventory, self.link)
        chain, keys = chains[0], [key for one in chains for key in one.keys]
        multiple = [end for end in self.ends if end.dialect.chain is not None]
        single = [end for end in self.ends if end.dialect.chain is None]
        missing = [key for key in keys if not all(key_texts.has(one, key.ckn) for one in multiple)]
        if missing:
            return self._added(chain, missing, keys, multiple)
        if any(end.ckn is None for end in self.ends):
            return left_alone(excluded(self.link, "key-in-use-unknown"))
        swap = [
            end for end in single if not same_name(key_texts.primary(end) or "", chain.keys[0].ckn)
        ]
        if swap:
            return self._swapped(chain, swap, has_fallback=len(chains) > 1)
        return self._removed(chain, multiple)

    def _added(
        self,
        chain: KeyChain,
        missing: Sequence[MacsecKey],
        keys: Sequence[MacsecKey],
        ends: Sequence[LinkEnd],
    ) -> LinkPlan:
        """An end that has a key which has begun switches to it, and the other does not know it."""
        for key in missing:
            begins = datetime.combine(key.start, time(), UTC)
            if key in chain.keys and begins < self.ground.now + LEAD:
                parameters = {"ckn": key.ckn, "start": str(key.start)}
                return left_alone(excluded(self.link, "key-begins-too-soon", **parameters))
        wanted = tuple(key.ckn for key in keys)
        there = self._gate("there", present={end.device: wanted for end in ends})
        stage = self.stage("keys", key_texts.add, ends, gates=(REACHED, CABLED, COUNTING, there))
        back = self.stage("remove", key_texts.add_no_more, ends, gates=(REACHED,))
        undo = [Undo(undoes=(0,), stage=back)] if back is not None else []
        return self.finished([stage], undo)

    def _removed(self, chain: KeyChain, ends: Sequence[LinkEnd]) -> LinkPlan:
        current = current_key(chain, self.ground.now)
        if current is None or not any(key_texts.stale(end) for end in ends):
            return left_alone(excluded(self.link, "nothing-to-roll"))
        if not all(same_name(end.ckn or "", current.ckn) for end in self.ends):
            used = ", ".join(sorted({str(end.ckn) for end in self.ends}))
            return left_alone(excluded(self.link, "not-switched", ckn=current.ckn, in_use=used))
        kept = self._gate("kept", in_use=current.ckn)
        stage = self.stage("keys", key_texts.remove, ends, gates=(REACHED, CABLED, COUNTING, kept))
        return self.finished([stage], [])

    def _swapped(self, chain: KeyChain, swap: Sequence[LinkEnd], *, has_fallback: bool) -> LinkPlan:
        new = chain.keys[0]
        if not has_fallback:
            return left_alone(excluded(self.link, "no-fallback", chain=chain.id))
        if len(swap) < len(self.ends):
            return self._followed(chain, swap)
        one, other = (end.ckn or "" for end in self.ends)
        old = next((key for key in chain.keys if same_name(key.ckn, one)), None)
        if old is None or not same_name(one, other):
            # its secret is needed beside the new one until both ends have that
            return left_alone(excluded(self.link, "old-key-unknown", ckn=one))
        return self.finished(list(self._over_the_fallback(old, new)), [])

    def _followed(self, chain: KeyChain, swap: Sequence[LinkEnd]) -> LinkPlan:
        """The other end has a chain with lifetimes and has switched: the two run on the fallback
        until this one has the new key, too."""
        current = current_key(chain, self.ground.now)
        if current is None or current.ckn != chain.keys[0].ckn:
            return left_alone(excluded(self.link, "not-switched", ckn=chain.keys[0].ckn))
        done = self._gate("switched", in_use=current.ckn)
        stage = self.stage("keys", key_texts.take_new, swap, gates=(REACHED, CABLED, done))
        return self.finished([stage], [])

    def _over_the_fallback(self, old: MacsecKey, new: MacsecKey) -> Iterator[Stage | None]:
        """One key and a fallback: at every moment the ends have a key in common."""
        held, done = self._gate("held", in_use=old.ckn), self._gate("switched", in_use=new.ckn)

        def hold_new(end: LinkEnd) -> str:
            return key_texts.hold(end, old, new)

        def switch(end: LinkEnd) -> str:
            return key_texts.hold(end, new, old)

        yield self.stage("keys", hold_new, gates=(REACHED, CABLED, held))
        yield self.stage("keys", switch, gates=(REACHED, CABLED, done))
        yield self.stage("keys", key_texts.take_new, gates=(REACHED, CABLED, COUNTING, done))

    def _gate(
        self, name: str, *, present: Mapping[str, tuple[str, ...]] | None = None, in_use: str = ""
    ) -> str:
        full = f"keys-{name}-{self.link.id}"
        self.gates[full] = KeysGate(
            present=present or {},
            in_use={self.link.id: in_use} if in_use else {},
        )
        return full
