"""The check of links, whose judgement is the link's verdict."""

from __future__ import annotations

from netmod.compliance.checks._base import Judgement, LinkCheck, LinkSubject, Outcome
from netmod.compliance.parameters import Parameters
from netmod.compliance.verdict import LinkVerdict, judge_link

ENCRYPTION = "link-encryption"


class LinkEncryption(LinkCheck[Parameters]):
    """The link is encrypted now, at both ends, with each other, and strongly enough.

    Pass: the verdict is `encrypted`: both ends prove it, their marks do not contradict each
        other, no weakness is there that the parameters forbid (M01 to M16, I01 to I07), and
        everything that they bound was seen.
    Fail: the verdict is `weak`, `one-sided`, `configured` or `unencrypted`.
    Not applicable: the link is planned or decommissioned.
    Unknown: the verdict is `unknown`; or it is `attested`: what a supplier states is no proof
        of ours, and is counted as a share of its own.

    Example:
        - link-encryption: {minimum_cipher: GCM-AES-256, max_sak_rekey: 3600}
    """

    id = ENCRYPTION
    inputs = Parameters

    def judge(self, subject: LinkSubject, inputs: Parameters) -> Judgement:
        verdict = judge_link(
            subject.link, subject.ends, inputs, subject.at,
            members=subject.members, attested=subject.attested,
        )  # fmt: skip
        return as_judgement(verdict)


def as_judgement(verdict: LinkVerdict) -> Judgement:
    """Only `encrypted` passes."""
    outcome: Outcome = "fail"
    if verdict.verdict in ("unknown", "attested"):
        outcome = "unknown"
    elif verdict.verdict == "encrypted":
        outcome = "pass"
    return Judgement(outcome, verdict.reason, verdict.why, verdict.parameters, verdict=verdict)
