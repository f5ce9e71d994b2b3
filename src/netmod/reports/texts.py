"""Every sentence and word that a report shows, from codes. Another language is another table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from netmod.compliance import MARKS, REASONS, End, Figure, LinkVerdict
from netmod.compliance import Weakness as FoundWeakness

VERDICTS = {
    "encrypted": "encrypted",
    "attested": "attested by supplier",
    "weak": "weak",
    "configured": "configured only",
    "unknown": "unknown",
    "one-sided": "one-sided",
    "unencrypted": "not encrypted",
}

VERDICT_MEANINGS = {
    "encrypted": "both ends encrypt now, with nothing that is forbidden",
    "attested": "a supplier states it; not seen by us",
    "weak": "both ends encrypt, with a weakness that is not allowed",
    "configured": "the configuration says so; nothing proves that it runs",
    "unknown": "the captures cannot tell",
    "one-sided": "one end encrypts or should, the other does not wholly",
    "unencrypted": "seen not to be encrypted",
}

LAYERS = {
    "dci": "Data centre interconnect",
    "inner-core": "Inner core",
    "stamnett": "Backbone (stamnett)",
    "dc-lan": "Data centre LAN",
    "campus": "Campus",
    "storage": "Storage",
    "undeclared": "Not declared",
    "snapshot": "Links of the snapshot",
}

STATES = {
    "secured": "encrypts",
    "partial": "encrypts in part",
    "configured": "configured",
    "unsecured": "does not encrypt",
    "unknown": "not known",
    "missing": "not captured",
}

OUTCOMES = {
    "pass": "met",
    "fail": "not met",
    "unknown": "not known",
    "not-applicable": "no link in scope",
}

SOURCE_MARKS = {
    "verified": "read in the source",
    "secondary": "from a secondary source",
    "unverified": "not verified",
}

STATUSES = {"planned": "planned", "active": "active", "decommissioned": "decommissioned"}

DATES = {
    "planned_for": "planned for",
    "active_from": "active from",
    "decommissioned_on": "decommissioned",
}

PAIRINGS = {
    "proven": "pairing proven",
    "not-proven": "pairing not proven",
    "contradictory": "pairing contradictory",
    "not-applicable": "",
}

WEAKNESSES = {
    "M01": "cleartext may pass when the key agreement drops (should-secure)",
    "M02": "configured, and shut down",
    "M03": "session reported secured without a live peer",
    "M04": "the cipher in use is not the configured one, or none is in use yet",
    "M05": "the cipher is weaker than the minimum",
    "M06": "integrity only, no confidentiality",
    "M07": "part of the headers in clear (confidentiality offset)",
    "M08": "no timed rekey of the session key, or too slow a one",
    "M09": "a key without end date, expired, or about to run out",
    "M10": "the session runs on the fallback key",
    "M11": "a sub-interface or a VLAN tag in clear",
    "M12": "a member of the bundle is not covered",
    "M13": "rejected frames, or replay protection off or very wide",
    "M14": "a licence or the platform prevents what is configured",
    "M15": "the two ends do not match",
    "M16": "refers to a policy or key chain that is not defined",
    "I01": "ESP without confidentiality",
    "I02": "a weak algorithm, key length, DH group, or no PFS",
    "I03": "not every flow has encrypting SAs in both directions",
    "I04": "lifetimes far above policy, or not renewing",
    "I05": "only a protocol is protected, not the link",
    "I06": "a clear path beside the tunnel",
    "I07": "anti-replay is off",
}

MISMATCHES = {
    "one-sided": "one end only",
    "technology": "technology",
    "ckn": "key name (CKN)",
    "cipher": "cipher",
    "confidentiality_offset": "confidentiality offset",
    "key_bits": "key length",
    "enforcement": "enforcement",
}

ASPECTS = {
    "cipher": "the cipher",
    "enforcement": "whether cleartext may pass",
    "sak_rekey_interval": "the rekey interval",
}

FACTS = {
    "technology": "technology",
    "cipher": "cipher",
    "transform": "transform",
    "enforcement": "enforcement",
    "policy": "policy",
    "key_chain": "key chain",
    "ckn": "CKN",
    "live_peers": "live peers",
    "confidentiality_offset": "confidentiality offset",
    "sak_rekey_interval": "rekey interval (s)",
    "replay_window": "replay window",
    "peer": "peer",
    "vrf": "VRF",
    "ike": "IKE",
    "pfs": "PFS",
    "lag": "bundle",
    "local_sci": "SCI",
}

SENTENCES = {
    "title": "Link encryption",
    "subtitle": "What the captures prove, link by link",
    "classification": "Sensitive: shows where links are not encrypted",
    "region": "Region",
    "all-in-scope": "All links in scope",
    "outside": "Outside of every requirement",
    "headline": "{encrypted} of {total} active links in scope are encrypted",
    "headline-nothing": "No active link is in scope",
    "headline-ends": "{secured} of {ends} link ends encrypt; their other ends are not known",
    "headline-empty": "The captures say nothing about any link",
    "status-fine": "All links in scope are proven to be encrypted.",
    "status-findings": "Some links are not encrypted as is asked.",
    "status-incomplete": "Incomplete: not everything that had to be judged was seen.",
    "missing-hosts": "Devices without captures: {count} of {hosts}. Their links stay in the "
    "denominators, as unknown.",
    "silent-hosts": "Hosts whose captures say nothing about link encryption: {count}.",
    "unpaired": "Pairing not proven: {count} of {total} encrypted links. Both ends encrypt; that "
    "they do so with each other is not shown by the captures.",
    "undeclared": "Adjacencies between sites that no active link declares: {count}. They count as "
    "unknown links.",
    "unmeasured": "Links without a known capacity: {count}. They are not in the capacity figure.",
    "strangers": "Lines of neighbour tables that name devices outside of the inventory: {count}. "
    "They are not counted.",
    "unexpected": "Captured hosts that the inventory does not know: {count} ({names}).",
    "moment": "A snapshot is a moment. What was encrypted then may not be a minute later.",
    "supplier": "What is behind a supplier's demarcation cannot be seen. Attestations are not read "
    "yet: such links are unknown.",
    "data-plane": "Sessions are judged, not the traffic: counters of two samples are not compared.",
    "rounding": "Percentages are rounded down; 100 % means all.",
    "map-scale": "North is up; far distances are drawn shorter. A point shows the worst link of "
    "its site; links inside a site, or to a supplier, are not drawn.",
    "two-trusts": "A link between two trusts counts in both rows.",
    "location-rule": "A location is encrypted when all its active links in scope are.",
    "not-registered": "not registered",
    "not-known": "not known",
    "no-scope": "no link",
    "overdue": "overdue",
    "partly": "said to meet a part of the order",
    "no-lines": "no captured line",
    "supplier-end": "supplier's end",
    "no-end": "other end not known",
    "not-seen": "not seen: {aspects}",
    "where": "at {where}",
    "of": "{part} of {total}",
}

HEADINGS = {
    "links": "Links",
    "locations": "Locations",
    "capacity": "Capacity",
    "coverage": "Coverage",
    "by-layer": "By layer",
    "by-trust": "By trust",
    "layer": "Layer",
    "trust": "Trust",
    "map": "Region",
    "requirements": "Requirements",
    "requirement": "Requirement",
    "order": "The order on encryption",
    "verdict": "Verdict",
    "link": "Link",
    "between": "Between",
    "why": "Why",
    "ends": "Link ends",
    "end": "End",
    "state": "State",
    "inactive": "Links that do not count",
    "status": "Status",
    "dates": "Dates",
    "missing": "Devices without captures",
    "device": "Device",
    "site": "Site",
    "reason": "Reason",
    "limits": "What this report does not prove",
    "warnings": "Remarks about the captures",
    "result": "Result",
    "sources": "Sources",
    "deadline": "Deadline",
    "owner": "Owner",
    "evidence": "Evidence",
    "members": "Members of the bundle",
    "weaknesses": "Weaknesses",
    "not-allowed": "not allowed",
    "legend": "Legend",
    "captured": "Captured",
    "generated": "Report made",
    "version": "netmod",
    "search": "Search",
    "search-hint": "link, site, device, reason",
    "all": "all",
    "shown": "shown",
    "contents": "Contents",
    "unknown": "unknown",
    "attested": "attested",
    "not-counted": "not counted",
    "sort": "Sort by",
    "skip": "Skip to the content",
    "no-links": "No link.",
    "no-site-verdict": "no link in scope",
    "data-centre": "data centre",
    "case number": "Case number",
    "text": "Text",
    "order-deadline": "Deadline",
    "extended to": "Extended to",
    "met": "met",
    "not-met": "not met",
    "of-links": "links",
}


def say(code: str, **parameters: object) -> str:
    """The sentence of a code."""
    return SENTENCES[code].format(**parameters)


def reason(verdict: LinkVerdict) -> str:
    """Why a link has its verdict."""
    values = dict(verdict.parameters)
    if "mark" in values:
        values["mark"] = MARKS[values["mark"]]
    if "state" in values:
        values["state"] = STATES[values["state"]]
    if verdict.reason == "adjacency-of-inactive-link":
        values["status"] = STATUSES[values["status"]]
    ends = {"a": verdict.a, "b": verdict.b}
    values["why"] = "; ".join(dict.fromkeys(end_reason(ends[side]) for side in verdict.why_ends))
    sentence = REASONS[verdict.reason].format(**values)
    if verdict.member is not None:
        sentence = REASONS["member-decides"].format(member=verdict.member, why=sentence)
    begins_with_name = verdict.member is None and REASONS[verdict.reason].startswith("{")
    return sentence if begins_with_name else sentence[:1].upper() + sentence[1:]


def end_reason(end: End) -> str:
    """Why an end has its state."""
    return end.fact.why if end.fact is not None else ""


def judged_by(end: End) -> str:
    """By which other interface an end was judged; empty where by its own."""
    if end.fact is None or end.found_by not in ("parent", "lag"):
        return ""
    return REASONS[f"judged-by-{end.found_by}"].format(end=end.label, port=end.fact.interface)


def mark(verdict: LinkVerdict) -> str:
    """What was compared to pair the two ends, and how it ended."""
    words = PAIRINGS[verdict.pairing]
    return f"{words} ({MARKS[verdict.mark]})" if words and verdict.mark else words


def weakness(found: FoundWeakness) -> str:
    """A weakness in words, with what it is about."""
    detail = MISMATCHES.get(found.detail, found.detail)
    return f"{WEAKNESSES[found.code]} ({detail})" if detail else WEAKNESSES[found.code]


def aspects(names: tuple[str, ...]) -> str:
    """What was asked for and not seen; empty where everything was."""
    words = ", ".join(ASPECTS[name] for name in names)
    return say("not-seen", aspects=words) if words else ""


def percent(figure: Figure) -> str:
    """A share with one decimal, rounded down; a dash where there is nothing to share."""
    share = figure.permille
    if share is None:
        return "–"
    return "100 %" if share == 1000 else f"{share // 10}.{share % 10} %"


def capacity(bits: int | None) -> str:
    """Bits per second as operators write them: 100G, 1.2T."""
    if bits is None:
        return say("not-known")
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if bits >= size:
            tenths = bits * 10 // size
            return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''}{unit}"
    return f"{bits} bit/s"


def moment(time: datetime | None) -> str:
    """A time with its zone, to the minute."""
    if time is None:
        return say("not-known")
    zone = time.strftime("%z")
    return f"{time:%Y-%m-%d %H:%M} " + ("UTC" if zone == "+0000" else f"UTC{zone[:3]}:{zone[3:]}")


def named(table: Mapping[str, str], code: str) -> str:
    """The word of a code; the code itself where it is a name of its own."""
    return table.get(code, code)
