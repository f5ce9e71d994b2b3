"""Why a link has its verdict: codes, and their one English sentence.

Reports translate code and parameters; nothing in netmod reads the sentence.
"""

from __future__ import annotations

REASONS = {
    "both-ends-secured": "both ends encrypt, and the marks of their session match",
    "pairing-not-proven": "both ends encrypt; that they share one session is not proven",
    "forbidden-weakness": "both ends encrypt, with a weakness that is not allowed ({codes})",
    "marks-contradict": "contradictory: both ends encrypt, but not with each other ({mark})",
    "captures-too-far-apart": "the ends were captured {skew} s apart; {limit} s are allowed",
    "capture-time-unknown": "when {ends} was captured is not known",
    "one-end-clear": "{clear} is seen not to encrypt: {why}",
    "one-end-partial": "{partial} encrypts only in part: {why}",
    "both-ends-clear": "neither end encrypts: {why}",
    "clear-end-decides": "{clear} is seen not to encrypt ({why}); the other end was not seen",
    "partly-encrypted": "not all traffic is proven to be encrypted: {why}",
    "configured-only": "configured, not proven: {why}",
    "host-missing": "no capture of {hosts}",
    "interface-not-seen": "the captures of {hosts} say nothing about {interfaces}",
    "end-unknown": "the captures cannot tell about {ends}: {why}",
    "supplier-end": "{supplier} manages the other end; it cannot be seen from here",
    "not-attested": "encrypted by {encrypted_by}; no valid attestation is known",
    "one-end-only": "{end} alone is known ({state}: {why}); nothing says what is at the other end",
    "judged-by-parent": "{end} is judged by its port {port}",
    "judged-by-lag": "{end} is judged by its bundle {port}",
    "member-differs": "member {member}: {why}",
    "adjacency-undeclared": "{protocol} shows this adjacency, and no link declares it",
    "adjacency-of-inactive-link": "{protocol} shows this adjacency; link {link} is {status}",
}

MARKS = {
    "technologies-differ": "the technologies differ",
    "ckns-differ": "the key names (CKN) differ",
    "scis-not-crossed": "a secure channel's identifier (SCI) is unknown to the other end",
    "spis-not-crossed": "the SPIs of the SAs do not match",
    "ckn-and-scis": "equal key name (CKN) and crossed secure channels (SCI)",
    "spis": "crossed SPIs",
    "marks-missing": "the captures do not show the marks of both ends",
    "member-pairs": "the pairs of members, each for itself",
}


def sentence(code: str, parameters: dict[str, str]) -> str:
    """The English sentence of a reason."""
    values = dict(parameters)
    if "mark" in values:
        values["mark"] = MARKS[values["mark"]]
    return REASONS[code].format(**values)
