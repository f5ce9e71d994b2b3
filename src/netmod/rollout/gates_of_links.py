"""Gates that look at links: each yields what it finds of every link of an observation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from netmod.compliance import LinkVerdict, Parameters, ends_of, judge_link, members_of
from netmod.facts import HostFacts, LinkEndFact
from netmod.inventory import Link, interface_key, parent_of
from netmod.rollout.gate_findings import Found
from netmod.rollout.gate_parameters import CountersGate, KeysGate, MtuGate, SecuredGate
from netmod.rollout.model import GateOutcome
from netmod.rollout.observations import Observation, end_facts, port_key, ports_of, same_name


def secured(gate: SecuredGate, _before: Observation | None, now: Observation) -> Iterator[Found]:
    for link in now.links:
        if link.encrypted_by != "own" or len(link.managed_ends) != 2:
            yield Found("inconclusive", "not-ours", link.id)
        else:
            yield _of_verdict(gate, link, now)


def _of_verdict(gate: SecuredGate, link: Link, now: Observation) -> Found:
    bounds = now.bounds.get(link.id, Parameters()).model_copy(update={"enforcement": "any"})
    captured = now.captured
    ends = ends_of(link, captured)
    members = members_of(link, ends, captured)
    verdict = judge_link(link, ends, bounds, now.at, members=members)
    known = {"verdict": verdict.verdict, "reason": verdict.reason}
    if verdict.verdict not in ("encrypted", "weak"):
        contradict = verdict.reason == "marks-contradict"
        unseen = verdict.verdict in ("unknown", "configured") and not contradict
        return Found("inconclusive" if unseen else "fail", "not-secured", link.id, known)
    weak = sorted(_faults(gate, verdict))
    if weak:
        return Found("fail", "weak", link.id, {"weaknesses": ", ".join(weak)})
    if verdict.not_seen:
        return Found("inconclusive", "not-seen", link.id, {"what": ", ".join(verdict.not_seen)})
    if verdict.pairing != "proven" and not _same_keys(link, now):
        return Found("inconclusive", "pairing-not-proven", link.id)
    if gate.enforcement is not None:
        for device, port, fact in end_facts(now, link):
            shown = fact.enforcement if fact is not None else "unknown"
            if shown != gate.enforcement:
                outcome: GateOutcome = "inconclusive" if shown == "unknown" else "fail"
                where = {"end": port_key(device, port), "enforcement": shown}
                return Found(outcome, "enforcement-differs", link.id, where)
    return Found("pass", "secured", link.id)


def _same_keys(link: Link, now: Observation) -> bool:
    """Whether all ports run on one key, where not every platform prints the marks of its peer."""
    names = [fact.ckn if fact is not None else None for _, _, fact in end_facts(now, link)]
    first = names[0]
    return first is not None and all(one is not None and same_name(one, first) for one in names)


def _faults(gate: SecuredGate, verdict: LinkVerdict) -> Iterator[str]:
    """Forbidden weaknesses that the gate does not allow.

    While one end was made must-secure and the other not yet, that difference is meant.
    """
    for one in verdict.weaknesses:
        meant = one.code == "M15" and one.detail == "enforcement" and gate.enforcement is None
        by_enforcement = one.code == "M01" and gate.enforcement != "should-secure"
        if one.code not in gate.allow and not meant and (one.forbidden or by_enforcement):
            yield one.code


def counters(gate: CountersGate, before: Observation, now: Observation) -> Iterator[Found]:
    apart = (now.at - before.at).total_seconds()
    for link in now.links:
        if apart < gate.seconds:
            seconds = {"seconds": f"{apart:.0f}"}
            yield Found("inconclusive", "too-soon", link.id, seconds)
            continue
        earlier = {(device, port): fact for device, port, fact in end_facts(before, link)}
        for device, port, fact in end_facts(now, link):
            was = earlier.get((device, port))
            yield _of_counters(gate, port_key(device, port), was, fact)


def _of_counters(
    gate: CountersGate, subject: str, was: LinkEndFact | None, has: LinkEndFact | None
) -> Found:
    if was is None or has is None:
        return Found("inconclusive", "counters-not-seen", subject)
    if "M13" in has.weaknesses and "M13" not in was.weaknesses:
        return Found("fail", "frames-dropped", subject)
    if (was.ckn, was.local_sci) != (has.ckn, has.local_sci):
        return Found("inconclusive", "counters-anew", subject)
    for name in ("tx_encrypted", "rx_ok"):
        first, second = getattr(was, name), getattr(has, name)
        if first is None or second is None:
            return Found("inconclusive", "counters-not-seen", subject, {"counter": name})
        if second < first:
            return Found("inconclusive", "counters-anew", subject, {"counter": name})
        if second - first < gate.frames:
            return Found("inconclusive", "idle", subject, {"counter": name})
    return Found("pass", "counters-rise", subject)


def keys(gate: KeysGate, _before: Observation | None, now: Observation) -> Iterator[Found]:
    for link in now.links:
        wanted = gate.in_use.get(link.id)
        for device, port, fact in end_facts(now, link):
            present = gate.present.get(device, ())
            if wanted or present:
                subject = port_key(device, port)
                yield _of_keys(wanted, present, subject, now.facts.get(device), fact)


def _of_keys(
    wanted: str | None,
    present: Collection[str],
    subject: str,
    facts: HostFacts | None,
    fact: LinkEndFact | None,
) -> Found:
    if facts is None or fact is None or (wanted and not fact.ckn):
        return Found("inconclusive", "keys-not-seen", subject)
    if wanted and not same_name(fact.ckn or "", wanted):
        return Found("fail", "other-key-in-use", subject, {"ckn": fact.ckn or ""})
    if wanted and fact.state != "secured":
        return Found("fail", "not-secured", subject, {"state": fact.state})
    has = [key.id for chain in facts.key_chains for key in chain.keys]
    absent = [one for one in present if not any(same_name(one, key) for key in has)]
    if absent and not has:
        return Found("inconclusive", "keys-not-seen", subject)
    if absent:
        return Found("fail", "key-missing", subject, {"ckn": absent[0]})
    return Found("pass", "keys-there", subject)


def mtu(gate: MtuGate, _before: Observation | None, now: Observation) -> Iterator[Found]:
    for link in now.links:
        sizes: dict[str, int] = {}
        for device, port in ports_of(link):
            size = frame_size(now.frames.get(device, {}), port)
            if size is None:
                yield Found("inconclusive", "mtu-not-seen", port_key(device, port))
            else:
                sizes[port_key(device, port)] = size
        needed = gate.payload + gate.spare
        for subject, size in sizes.items():
            known = {"bytes": str(size), "needed": str(needed)}
            small = size < needed
            yield Found(
                *(("fail", "mtu-too-small") if small else ("pass", "mtu-fits")), subject, known
            )


def frame_size(sizes: Mapping[str, int], port: str) -> int | None:
    """The largest frame of a port, of the port below a sub-interface where it has none."""
    size = sizes.get(interface_key(port))
    parent = parent_of(port)
    return sizes.get(interface_key(parent)) if size is None and parent else size
