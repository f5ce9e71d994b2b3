"""The verdict of a link from both its ends. Pure: the same evidence, the same verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from netmod.compliance._model import Model
from netmod.compliance._pairing import Pairing, pair
from netmod.compliance._weaknesses import Weakness, not_seen, weaknesses_of
from netmod.compliance._why import sentence
from netmod.compliance.ends import End
from netmod.compliance.parameters import Parameters
from netmod.compliance.table import TABLE, VERDICTS, Verdict
from netmod.inventory import Link


class LinkVerdict(Model):
    """What is concluded about one link, and everything that it rests on.

    `subject` is the link's id. `reason` and `parameters` are what reports translate; `why` is the
    same in English. `mark` is the code of what decided the pairing. `not_seen` names what the
    requirement bounds and the captures do not show. `members` are the verdicts of a bundle's
    pairs of ports, whose worst is the link's.
    """

    subject: str
    verdict: Verdict
    reason: str
    parameters: dict[str, str]
    why: str
    pairing: Pairing
    mark: str
    weaknesses: tuple[Weakness, ...]
    not_seen: tuple[str, ...]
    a: End
    b: End
    members: tuple[LinkVerdict, ...] = ()

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Codes of the weaknesses that are not allowed."""
        return tuple(sorted({one.code for one in self.weaknesses if one.forbidden}))


def judge_link(
    link: Link,
    ends: tuple[End, End],
    parameters: Parameters,
    at: datetime,
    *,
    members: Sequence[tuple[End, End]] = (),
) -> LinkVerdict:
    """The verdict of a declared link.

    `ends` in the order of the link's; `members` are the ends of a bundle's pairs of ports, where
    they decide instead of the bundle itself. What a supplier or an optical system encrypts is
    `unknown` whatever our own ports say: no attestation is read.
    """
    a, b = ends
    clear_tag = link.encryption is not None and link.encryption.clear_tag
    if link.encrypted_by != "own":
        not_ours: Reason = ("not-attested", {"encrypted_by": link.encrypted_by})
        return _verdict(link.id, ends, "unknown", not_ours)
    if not members:
        return judge_ends(link.id, a, b, parameters, at, clear_tag=clear_tag)
    judged = tuple(
        judge_ends(f"{link.id}/{one.interface}", one, other, parameters, at, clear_tag=clear_tag)
        for one, other in members
    )
    return _bundle(link.id, judged, parameters)


def judge_ends(
    subject: str,
    a: End,
    b: End,
    parameters: Parameters,
    at: datetime,
    *,
    clear_tag: bool = False,
) -> LinkVerdict:
    """The verdict of one pair of ends that encrypt, or should, with each other."""
    weaknesses = weaknesses_of(a, b, parameters, at, clear_tag=clear_tag)
    by_table = TABLE[a.state, b.state]
    if by_table != "encrypted" or a.fact is None or b.fact is None:
        return _verdict(subject, (a, b), by_table, _lower_reason(a, b), weaknesses=weaknesses)
    marks = pair(a.fact, b.fact)
    unseen = not_seen(a, b, parameters)
    forbidden = sorted({one.code for one in weaknesses if one.forbidden})
    verdict: Verdict = "encrypted"
    reason: Reason = ("both-ends-secured", {})
    too_far = _skew(a, b, parameters)
    if too_far is not None:
        verdict, reason = "unknown", too_far
    elif marks.pairing == "contradictory":
        verdict, reason = "unknown", ("marks-contradict", {"mark": marks.code})
    elif forbidden:
        verdict, reason = "weak", ("forbidden-weakness", {"codes": ", ".join(forbidden)})
    elif marks.pairing == "not-proven":
        reason = ("pairing-not-proven", {})
    return _verdict(
        subject, (a, b), verdict, reason,
        pairing=(marks.pairing, marks.code), weaknesses=weaknesses, unseen=unseen,
    )  # fmt: skip


Reason = tuple[str, dict[str, str]]


def _verdict(
    subject: str,
    ends: tuple[End, End],
    verdict: Verdict,
    reason: Reason,
    *,
    pairing: tuple[Pairing, str] = ("not-applicable", ""),
    weaknesses: tuple[Weakness, ...] = (),
    unseen: tuple[str, ...] = (),
) -> LinkVerdict:
    code, parameters = reason
    return LinkVerdict(
        subject=subject,
        verdict=verdict,
        reason=code,
        parameters=parameters,
        why="; ".join([sentence(code, parameters), *_read_elsewhere(*ends)]),
        pairing=pairing[0],
        mark=pairing[1],
        weaknesses=weaknesses,
        not_seen=unseen,
        a=ends[0],
        b=ends[1],
    )


def _read_elsewhere(*ends: End) -> Iterator[str]:
    """Which ends are judged by the port or the bundle that their interface belongs to."""
    for end in ends:
        if end.fact is not None and end.found_by in ("parent", "lag"):
            yield sentence(
                f"judged-by-{end.found_by}", {"end": end.label, "port": end.fact.interface}
            )


def _skew(a: End, b: End, parameters: Parameters) -> Reason | None:
    """The reason why the capture times forbid to set the two ends side by side, if they do."""
    if a.captured_at is None or b.captured_at is None:
        ends = ", ".join(end.label for end in (a, b) if end.captured_at is None)
        return "capture-time-unknown", {"ends": ends}
    skew = abs((a.captured_at - b.captured_at).total_seconds())
    if skew <= parameters.max_skew:
        return None
    return "captures-too-far-apart", {"skew": f"{skew:.0f}", "limit": str(parameters.max_skew)}


def _lower_reason(a: End, b: End) -> Reason:
    """Why two ends that are not both secured have the verdict that the table gives."""
    states = {a.state, b.state}
    by_state = {end.state: end for end in (b, a)}
    unseen = [end for end in (a, b) if end.state in ("unknown", "missing")]
    if "unsecured" in states:
        clear = by_state["unsecured"]
        if states == {"unsecured"}:
            return "both-ends-clear", {"why": _whys(a, b)}
        code = "clear-end-decides" if unseen else "one-end-clear"
        return code, {"clear": clear.label, "why": _whys(clear)}
    if unseen == [b] and b.host is None and b.supplier is None:
        return "one-end-only", {"end": a.label, "state": a.state, "why": _whys(a)}
    if unseen:
        return _unseen_reason(unseen)
    if states == {"secured", "partial"}:
        partial = by_state["partial"]
        return "one-end-partial", {"partial": partial.label, "why": _whys(partial)}
    if "partial" in states:
        return "partly-encrypted", {"why": _whys(a, b)}
    return "configured-only", {"why": _whys(a, b)}


def _unseen_reason(unseen: Sequence[End]) -> Reason:
    missing = [end for end in unseen if end.state == "missing"]
    hosts = list(dict.fromkeys(end.host for end in missing if end.host))
    if hosts:
        return "host-missing", {"hosts": ", ".join(hosts)}
    suppliers = [end for end in missing if end.host is None]
    if suppliers and len(suppliers) == len(unseen):
        return "supplier-end", {"supplier": suppliers[0].label}
    no_fact = [end for end in unseen if end.fact is None and end.host]
    if no_fact:
        return "interface-not-seen", {
            "hosts": ", ".join(str(end.host) for end in no_fact),
            "interfaces": ", ".join(str(end.interface) for end in no_fact),
        }
    known = [end for end in unseen if end.fact is not None]
    return "end-unknown", {"ends": ", ".join(end.label for end in known), "why": _whys(*known)}


def _whys(*ends: End) -> str:
    """The ends' own reasons in English, each once."""
    return "; ".join(dict.fromkeys(end.fact.why for end in ends if end.fact is not None))


def _bundle(subject: str, members: tuple[LinkVerdict, ...], parameters: Parameters) -> LinkVerdict:
    """The verdict of a bundle: its worst member's, with M12 where some members are not covered."""
    worst = min(members, key=lambda one: VERDICTS.index(one.verdict))
    weaknesses = list(dict.fromkeys(one for member in members for one in member.weaknesses))
    covered = [one.verdict in ("encrypted", "weak") for one in members]
    if any(covered) and not all(covered):
        forbidden = "M12" in parameters.forbidden
        detail = worst.subject.partition("/")[2]
        weaknesses.append(Weakness(code="M12", where="link", forbidden=forbidden, detail=detail))
    reason: Reason = (worst.reason, worst.parameters)
    if not all(covered) or worst.verdict == "weak":
        member = worst.a.interface or worst.subject
        reason = ("member-differs", {"member": member, "why": worst.why})
    pairings = {one.pairing for one in members}
    pairing = next(
        one
        for one in ("contradictory", "not-applicable", "not-proven", "proven")
        if one in pairings
    )
    return LinkVerdict(
        subject=subject,
        verdict=worst.verdict,
        reason=reason[0],
        parameters=reason[1],
        why=sentence(*reason),
        pairing=pairing,
        mark="member-pairs",
        weaknesses=tuple(weaknesses),
        not_seen=tuple(sorted({name for one in members for name in one.not_seen})),
        a=worst.a,
        b=worst.b,
        members=members,
    )
