"""MACsec of one interface: from observations to a state, by the rules of docs/link-encryption.md.

Sessions of several commands are merged first and judged once, so that a table without peers
never outweighs a detail with none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from netmod.facts import LinkEndFact, LinkEndState, PolicyFact, Source
from netmod.platforms._observations import MacsecConfig, MacsecCounters, MacsecSession
from netmod.platforms._why import explained

_NO_CONFIDENTIALITY = ("null", "none", "gmac", "integrity")
_WIDE_REPLAY_WINDOW = 2**31
_NEGATIVE = ("pending", "down", "not-secured")


@dataclass(frozen=True, slots=True)
class MacsecEvidence:
    """Everything observed about MACsec on one interface."""

    interface: str
    sessions: Sequence[MacsecSession] = ()
    counters: Sequence[MacsecCounters] = ()
    config: MacsecConfig | None = None
    shutdown: Source | None = None


def judge(evidence: MacsecEvidence, policies: Sequence[PolicyFact]) -> LinkEndFact:
    """The fact about one interface. Weaknesses of its key chain are added by the caller."""
    merged = _merge_sessions(evidence.sessions)
    fact = _describe(evidence, merged, policies)
    state, code, parameters = _state(evidence, merged)
    fact = explained(fact.model_copy(update={"state": state}), code, **parameters)
    return fact.model_copy(update={"weaknesses": _weaknesses(evidence, merged, fact, policies)})


def _merge_sessions(sessions: Sequence[MacsecSession]) -> MacsecSession | None:
    """One session from all that is printed about the one that carries traffic.

    A standby (fallback) session beside another never counts. Sessions that are not secured count
    only where they are the same session as a secured one, or none is.
    """
    if not sessions:
        return None
    standby_left_out = [one for one in sessions if one.status != "fallback-ready"] or list(sessions)
    secured = [one for one in standby_left_out if one.status == "secured"]
    names = {one.ckn for one in secured if one.ckn}
    relevant = [
        one
        for one in standby_left_out
        if not secured
        or one.status in ("secured", None)
        or one.ckn is None
        or not names
        or one.ckn in names
    ]
    merged = max(relevant, key=_amount)
    for other in sorted(relevant, key=_amount, reverse=True):
        gaps = {
            field.name: getattr(other, field.name)
            for field in fields(merged)
            if getattr(merged, field.name) in (None, (), "unknown")
        }
        merged = replace(merged, **gaps)
    return replace(
        merged,
        status=_joint_status(relevant),
        prints_peers=any(one.prints_peers for one in relevant),
        prints_sas=any(one.prints_sas for one in relevant),
        live_peers=_least(one.live_peers for one in relevant),
        tx_sa_in_use=_all(one.tx_sa_in_use for one in relevant),
        rx_sa_in_use=_all(one.rx_sa_in_use for one in relevant),
        unlicensed=any(one.unlicensed for one in relevant),
    )


def _amount(session: MacsecSession) -> int:
    return sum(
        getattr(session, field.name) not in (None, (), "unknown") for field in fields(session)
    )


def _joint_status(sessions: Iterable[MacsecSession]) -> Any:
    """The worst status that is printed; secured only where none contradicts."""
    statuses = [one.status for one in sessions if one.status is not None]
    for worst in ("not-secured", "down", "pending", "fallback-ready", "secured"):
        if worst in statuses:
            return worst
    return None


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _all(values: Iterable[bool | None]) -> bool | None:
    known = [value for value in values if value is not None]
    return all(known) if known else None


Verdict = tuple[LinkEndState, str, dict[str, object]]


def _state(evidence: MacsecEvidence, merged: MacsecSession | None) -> Verdict:
    if evidence.shutdown is not None:
        return "unsecured", "macsec-shutdown", {}
    if merged is not None:
        return _session_state(evidence.sessions, merged)
    if evidence.counters:
        counted = _counters_state(evidence.counters)
        if counted is not None:
            return counted
    if evidence.config is not None:
        return _config_state(evidence.config)
    return "unknown", "no-session-known", {}


def _session_state(sessions: Sequence[MacsecSession], merged: MacsecSession) -> Verdict:
    if merged.unlicensed and merged.status != "secured":
        return "unsecured", "macsec-unlicensed", {}
    if merged.status in _NEGATIVE:
        if any(one.status == "secured" for one in sessions):
            return "unknown", "macsec-contradictory", {}
        return "unsecured", "macsec-not-secured", {"status": merged.status}
    encrypting = merged.status in ("secured", "fallback-ready") or bool(merged.tx_sa_in_use)
    if encrypting and not _confidential(merged):
        return "unsecured", "macsec-integrity-only", {}
    return _peers_state(merged) if merged.prints_peers else _sas_state(merged)


def _confidential(merged: MacsecSession) -> bool:
    cipher = (merged.cipher or "").lower()
    return merged.confidentiality is not False and not any(
        word in cipher for word in _NO_CONFIDENTIALITY
    )


def _peers_state(merged: MacsecSession) -> Verdict:
    if merged.live_peers is None or merged.status is None:
        return "unknown", "macsec-cut", {}
    if merged.live_peers == 0:
        return "partial", "macsec-no-live-peer", {}
    if False in (merged.tx_sa_in_use, merged.rx_sa_in_use):
        return "partial", "macsec-sas-missing", {}
    return "secured", "macsec-live-peer", {"peers": merged.live_peers}


def _sas_state(merged: MacsecSession) -> Verdict:
    directions = (merged.tx_sa_in_use, merged.rx_sa_in_use)
    if not merged.prints_sas:
        if merged.status != "secured":  # a standby alone carries no traffic
            return "unknown", "no-session-known", {}
        return "secured", "macsec-session-secured", {}
    if directions == (True, True):
        return "secured", "macsec-sas-in-use", {}
    if None in directions:
        return "unknown", "macsec-cut", {}
    if True in directions:
        return "partial", "macsec-one-direction", {}
    return "unsecured", "macsec-no-sa", {}


def _counters_state(counters: Sequence[MacsecCounters]) -> Verdict | None:
    sent = max((one.tx_encrypted for one in counters if one.tx_encrypted is not None), default=None)
    received = max((one.rx_ok for one in counters if one.rx_ok is not None), default=None)
    protected = max((one.tx_protected or 0 for one in counters), default=0)
    if sent == 0 and protected > 0:
        return "unsecured", "macsec-integrity-only", {}
    if sent and received:
        return "partial", "macsec-counters-only", {}
    if sent:
        return "partial", "macsec-sends-only", {}
    if received:
        return "partial", "macsec-receives-only", {}
    if sent == 0 and received == 0:
        return "unknown", "macsec-nothing-counted", {}
    return None


def _config_state(config: MacsecConfig) -> Verdict:
    if config.shutdown:
        return "unsecured", "interface-shutdown", {}
    if config.undefined:
        return "partial", "undefined-reference", {"undefined": ", ".join(config.undefined)}
    if config.incomplete:
        return "partial", "incomplete-configuration", {"missing": config.incomplete}
    if config.confidentiality is False:
        return "unsecured", "macsec-integrity-only", {}
    return "configured", "macsec-configured", {}


_FROM_CONFIG = (
    "cipher",
    "policy",
    "key_chain",
    "ckn",
    "confidentiality",
    "confidentiality_offset",
    "replay_window",
    "sak_rekey_interval",
    "vlan_in_clear",
)
_FROM_SESSION = (
    *_FROM_CONFIG,
    "live_peers",
    "peers_responded",
    "rx_channels",
    "key_source",
    "key_server",
    "local_sci",
    "peer_scis",
    "lag",
    "tags_in_clear",
)


def _describe(
    evidence: MacsecEvidence, merged: MacsecSession | None, policies: Sequence[PolicyFact]
) -> LinkEndFact:
    """All fields but state, reason and weaknesses: session over config over policy."""
    values: dict[str, Any] = {}
    if merged is not None:
        values = {name: getattr(merged, name) for name in _FROM_SESSION}
        values["enforcement"] = merged.enforcement
    config = evidence.config
    if config is not None:
        for name in _FROM_CONFIG:
            if values.get(name) is None:
                values[name] = getattr(config, name)
        values["fallback_key"] = config.fallback_key
        if values.get("enforcement", "unknown") == "unknown":
            values["enforcement"] = config.enforcement
    policy = _policy(policies, values.get("policy"))
    if policy is not None:
        if values.get("enforcement", "unknown") == "unknown":
            values["enforcement"] = policy.security or "unknown"
        for name, value in (
            ("confidentiality_offset", policy.offset),
            ("sak_rekey_interval", policy.sak_rekey),
            ("replay_window", policy.replay_window),
        ):
            if values.get(name) is None:
                values[name] = value
    for name in ("tx_encrypted", "rx_ok"):
        counts = (getattr(one, name) for one in evidence.counters)
        values.setdefault(name, next((one for one in counts if one is not None), None))
    sources = [session.source for session in evidence.sessions]
    sources += [counted.source for counted in evidence.counters]
    sources += [config.source] if config else []
    sources += [evidence.shutdown] if evidence.shutdown else []
    return LinkEndFact(
        interface=evidence.interface,
        technology="macsec",
        state="unknown",
        sources=tuple(dict.fromkeys(sources)),
        **{name: value for name, value in values.items() if value is not None},
    )


def _policy(policies: Sequence[PolicyFact], name: str | None) -> PolicyFact | None:
    return next((one for one in policies if one.kind == "macsec" and one.name == name), None)


def _weaknesses(
    evidence: MacsecEvidence,
    merged: MacsecSession | None,
    fact: LinkEndFact,
    policies: Sequence[PolicyFact],
) -> tuple[str, ...]:
    config = evidence.config
    policy = _policy(policies, fact.policy)
    cipher = (fact.cipher or "").upper()
    bad_frames = any((one.rx_bad or 0) > 0 for one in evidence.counters)
    replay_off = next(
        (one.replay_protect for one in (merged, config) if one and one.replay_protect is not None),
        None,
    )
    conditions = {
        "M01": fact.enforcement == "should-secure",
        "M02": evidence.shutdown is not None or bool(config and config.shutdown),
        "M03": fact.why_code == "macsec-no-live-peer",
        "M04": _cipher_differs(merged, config, policy),
        "M05": cipher.endswith("128"),
        "M06": fact.why_code == "macsec-integrity-only",
        "M07": bool(fact.confidentiality_offset),
        "M08": fact.sak_rekey_interval == 0,
        "M10": fact.key_source == "fallback" and fact.state in ("secured", "partial"),
        "M11": fact.vlan_in_clear is not None or bool(fact.tags_in_clear),
        "M13": bad_frames
        or replay_off is False
        or (fact.replay_window or 0) >= _WIDE_REPLAY_WINDOW,
        "M14": bool(merged and merged.unlicensed),
        "M16": bool(config and config.undefined),
    }
    return tuple(code for code, holds in conditions.items() if holds)


def _cipher_differs(
    merged: MacsecSession | None, config: MacsecConfig | None, policy: PolicyFact | None
) -> bool:
    if merged is None:
        return False
    if merged.cipher is None:
        return merged.status in ("pending", "down")
    allowed = (
        {config.cipher} if config and config.cipher else set(policy.ciphers) if policy else set()
    )
    return bool(allowed) and merged.cipher not in allowed
