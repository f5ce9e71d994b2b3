"""The verdict of a link from both its ends. Pure: the same evidence, the same verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from netmod.compliance._model import Model
from netmod.compliance._pairing import Pairing, pair
from netmod.compliance._weaknesses import (
    Weakness,
    is_one_sided,
    is_tried,
    not_seen,
    weaknesses_of,
)
from netmod.compliance._why import english, of_member
from netmod.compliance.ends import End
from netmod.compliance.parameters import Parameters
from netmod.compliance.table import TABLE, VERDICTS, Verdict
from netmod.inventory import Link

Side = Literal["a", "b"]


class LinkVerdict(Model):
    """What is concluded about one link, and everything that it rests on.

    `subject` is the link's id. `reason`, `parameters`, the reasons of the ends in `why_ends` and
    the `member` of a bundle that decided are what reports translate; `why` is the same in
    English. `mark` is the code of what decided the pairing. `not_seen` names what the requirement
    bounds and the captures do not show. `members` are the verdicts of a bundle's pairs of ports,
    whose worst is the link's.
    """

    subject: str
    verdict: Verdict
    reason: str
    parameters: dict[str, str]
    why_ends: tuple[Side, ...] = ()
    member: str | None = None
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
    attested: Mapping[str, str] | None = None,
) -> LinkVerdict:
    """The verdict of a declared link.

    `ends` in the order of the link's; `members` are the ends of a bundle's pairs of ports, where
    they decide instead of the bundle itself. What a supplier or an optical system encrypts is
    `unknown` whatever our own ports say, or `attested` where a valid attestation is given, as its
    `supplier` and `until`: a clear own port is then no contradiction.
    """
    a, b = ends
    clear_tag = link.encryption is not None and link.encryption.clear_tag
    if link.encrypted_by != "own":
        if attested is not None:
            return _verdict(link.id, ends, "attested", _Reason("attested-by", dict(attested)))
        not_ours = _Reason("not-attested", {"encrypted_by": link.encrypted_by})
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
    if a.state == b.state == "unsecured" and is_one_sided(a, b):
        by_table = "one-sided"
    if by_table != "encrypted" or a.fact is None or b.fact is None:
        return _verdict(subject, (a, b), by_table, _lower_reason(a, b), weaknesses=weaknesses)
    marks = pair(a.fact, b.fact)
    unseen = not_seen(a, b, parameters)
    forbidden = sorted({one.code for one in weaknesses if one.forbidden})
    verdict: Verdict = "encrypted"
    reason = _Reason("both-ends-secured")
    too_far = _skew(a, b, parameters)
    if too_far is not None:
        verdict, reason = "unknown", too_far
    elif marks.pairing == "contradictory":
        verdict, reason = "unknown", _Reason("marks-contradict", {"mark": marks.code})
    elif forbidden:
        verdict, reason = "weak", _Reason("forbidden-weakness", {"codes": ", ".join(forbidden)})
    elif unseen:
        verdict, reason = "unknown", _Reason("bounds-not-seen", {"aspects": ", ".join(unseen)})
    elif marks.pairing == "not-proven":
        reason = _Reason("pairing-not-proven")
    return _verdict(
        subject, (a, b), verdict, reason,
        pairing=(marks.pairing, marks.code), weaknesses=weaknesses, unseen=unseen,
    )  # fmt: skip


class _Reason(NamedTuple):
    """A code of `_why.REASONS`, its parameters, and the ends whose own reasons explain it."""

    code: str
    parameters: dict[str, str] = {}  # noqa: RUF012 a NamedTuple's default, never changed
    ends: tuple[Side, ...] = ()


def _verdict(
    subject: str,
    ends: tuple[End, End],
    verdict: Verdict,
    reason: _Reason,
    *,
    pairing: tuple[Pairing, str] = ("not-applicable", ""),
    weaknesses: tuple[Weakness, ...] = (),
    unseen: tuple[str, ...] = (),
) -> LinkVerdict:
    return LinkVerdict(
        subject=subject,
        verdict=verdict,
        reason=reason.code,
        parameters=reason.parameters,
        why_ends=reason.ends,
        why=english(reason.code, reason.parameters, ends, reason.ends),
        pairing=pairing[0],
        mark=pairing[1],
        weaknesses=weaknesses,
        not_seen=unseen,
        a=ends[0],
        b=ends[1],
    )


def _skew(a: End, b: End, parameters: Parameters) -> _Reason | None:
    """The reason why the capture times forbid to set the two ends side by side, if they do."""
    if a.captured_at is None or b.captured_at is None:
        ends = ", ".join(end.label for end in (a, b) if end.captured_at is None)
        return _Reason("capture-time-unknown", {"ends": ends})
    skew = abs((a.captured_at - b.captured_at).total_seconds())
    if skew <= parameters.max_skew:
        return None
    limit = str(parameters.max_skew)
    return _Reason("captures-too-far-apart", {"skew": f"{skew:.0f}", "limit": limit})


def _lower_reason(a: End, b: End) -> _Reason:
    """Why two ends that are not both secured have the verdict that the table gives."""
    states = {a.state, b.state}
    unseen = [end for end in (a, b) if end.state in ("unknown", "missing")]
    if states == {"unsecured"} and not is_one_sided(a, b):
        return _Reason("both-ends-clear", {}, ("a", "b"))
    if "unsecured" in states:
        a_is_clear = a.state == "unsecured" and not (b.state == "unsecured" and is_tried(a.fact))
        side: Side = "a" if a_is_clear else "b"
        clear = a if side == "a" else b
        code = "clear-end-decides" if unseen else "one-end-clear"
        return _Reason(code, {"clear": clear.label}, (side,))
    if unseen == [b] and b.host is None and b.supplier is None:
        return _Reason("one-end-only", {"end": a.label, "state": a.state}, ("a",))
    if unseen:
        return _unseen_reason(a, b)
    if states == {"secured", "partial"}:
        side = "a" if a.state == "partial" else "b"
        partial = a if side == "a" else b
        return _Reason("one-end-partial", {"partial": partial.label}, (side,))
    code = "partly-encrypted" if "partial" in states else "configured-only"
    return _Reason(code, {}, ("a", "b"))


def _unseen_reason(a: End, b: End) -> _Reason:
    unseen = [end for end in (a, b) if end.state in ("unknown", "missing")]
    hosts = list(dict.fromkeys(end.host for end in unseen if end.host and not end.captured))
    if hosts:
        return _Reason("host-missing", {"hosts": ", ".join(hosts)})
    silent = [end for end in unseen if end.captured and end.fact is None]
    if silent:
        parameters = {
            "hosts": ", ".join(str(end.host) for end in silent),
            "interfaces": ", ".join(str(end.interface) for end in silent),
        }
        return _Reason("interface-not-seen", parameters)
    known = [end for end in unseen if end.fact is not None]
    if not known:
        return _Reason("supplier-end", {"supplier": unseen[0].label})
    by_side: dict[Side, End] = {"a": a, "b": b}
    sides = tuple(side for side, end in by_side.items() if end in known)
    return _Reason("end-unknown", {"ends": ", ".join(end.label for end in known)}, sides)


def _bundle(subject: str, members: tuple[LinkVerdict, ...], parameters: Parameters) -> LinkVerdict:
    """The verdict of a bundle: its worst member's, with M12 where some members are not covered."""
    worst = min(members, key=lambda one: VERDICTS.index(one.verdict))
    weaknesses = list(dict.fromkeys(one for member in members for one in member.weaknesses))
    covered = [one.verdict in ("encrypted", "weak") for one in members]
    if any(covered) and not all(covered):
        forbidden = "M12" in parameters.forbidden
        detail = worst.subject.partition("/")[2]
        weaknesses.append(Weakness(code="M12", where="link", forbidden=forbidden, detail=detail))
    decided = not all(covered) or worst.verdict == "weak"
    member = (worst.a.interface or worst.subject) if decided else None
    pairings = {one.pairing for one in members}
    pairing = next(
        one
        for one in ("contradictory", "not-applicable", "not-proven", "proven")
        if one in pairings
    )
    return LinkVerdict(
        subject=subject,
        verdict=worst.verdict,
        reason=worst.reason,
        parameters=worst.parameters,
        why_ends=worst.why_ends,
        member=member,
        why=of_member(member, worst.why) if member else worst.why,
        pairing=pairing,
        mark="member-pairs",
        weaknesses=tuple(weaknesses),
        not_seen=tuple(sorted({name for one in members for name in one.not_seen})),
        a=worst.a,
        b=worst.b,
        members=members,
    )
