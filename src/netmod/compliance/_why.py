"""Why a link has its verdict: codes, and their one English sentence.

Reports translate the code, its parameters and the reasons of the ends; nothing in netmod reads
the sentence. `{why}` stands for the reasons of the ends that a verdict names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from netmod.compliance.ends import End

REASONS = {
    "both-ends-secured": "both ends encrypt, and the marks of their session match",
    "pairing-not-proven": "both ends encrypt; that they share one session is not proven",
    "forbidden-weakness": "both ends encrypt, with a weakness that is not allowed ({codes})",
    "bounds-not-seen": "both ends encrypt, and the captures do not show {aspects}",
    "marks-contradict": "contradictory: both ends encrypt, but not with each other ({mark})",
    "captures-too-far-apart": "the ends were captured {skew} s apart; {limit} s are allowed",
    "capture-time-unknown": "when {ends} was captured is not known",
    "one-end-clear": "{clear} is seen not to encrypt: {why}",
    "one-end-partial": "{partial} encrypts only in part: {why}",
    "both-ends-clear": "neither end encrypts: {why}",
    "clear-end-decides": "{clear} is seen not to encrypt: {why}; the other end was not seen",
    "partly-encrypted": "not all traffic is proven to be encrypted: {why}",
    "configured-only": "configured, not proven: {why}",
    "host-missing": "no capture of {hosts}",
    "interface-not-seen": "the captures of {hosts} say nothing about {interfaces}",
    "end-unknown": "the captures cannot tell about {ends}: {why}",
    "supplier-end": "{supplier} manages the other end; it cannot be seen from here",
    "not-attested": "encrypted by {encrypted_by}; no valid attestation is known",
    "attested-by": "{supplier} states until {until} that it is encrypted; not seen by us, and the "
    "hop from our port to the encryptor is not covered",
    "one-end-only": "{end}: {state}, {why}; nothing says what is at its other end",
    "adjacency-undeclared": "{protocol} shows this adjacency, and no link declares it",
    "adjacency-of-inactive-link": "{protocol} shows this adjacency; link {link} is {status}",
    "judged-by-parent": "{end} is judged by its port {port}",
    "judged-by-lag": "{end} is judged by its bundle {port}",
    "member-decides": "member {member}: {why}",
}

MARKS = {
    "technologies-differ": "the technologies differ",
    "ckns-differ": "the key names (CKN) differ",
    "scis-not-crossed": "a secure channel's identifier (SCI) is unknown to the other end",
    "scis-equal": "both ends have the same secure channel (SCI): one capture for two devices",
    "spis-not-crossed": "the SPIs of the SAs do not match",
    "ckn-and-scis": "equal key name (CKN) and crossed secure channels (SCI)",
    "spis": "crossed SPIs",
    "marks-missing": "the captures do not show the marks of both ends",
    "member-pairs": "each pair of members for itself",
}


def english(
    code: str,
    parameters: Mapping[str, str],
    ends: tuple[End, End],
    why_ends: Iterable[Literal["a", "b"]] = (),
) -> str:
    """The English sentence of a reason, and by which other interface an end was judged."""
    values = dict(parameters)
    if "mark" in values:
        values["mark"] = MARKS[values["mark"]]
    facts = [ends["ab".index(side)].fact for side in why_ends]
    values["why"] = "; ".join(dict.fromkeys(fact.why for fact in facts if fact is not None))
    judged_by = [
        REASONS[f"judged-by-{end.found_by}"].format(end=end.label, port=end.fact.interface)
        for end in ends
        if end.fact is not None and end.found_by in ("parent", "lag")
    ]
    return "; ".join([REASONS[code].format(**values), *judged_by])


def of_member(member: str, why: str) -> str:
    """The English sentence of a bundle whose member decided."""
    return REASONS["member-decides"].format(member=member, why=why)
