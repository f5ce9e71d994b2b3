"""IPsec of one interface: from observed flows and config to a state and its weaknesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from netmod.facts import LinkEndFact, LinkEndState
from netmod.platforms._observations import IpsecConfig, IpsecFlow
from netmod.platforms._why import explained

_NO_ENCRYPTION = re.compile(r"null|gmac", re.IGNORECASE)
_AH = re.compile(r"\bah-\S+", re.IGNORECASE)
# Ciphers that authenticate nothing, where no hash stands beside them.
_UNAUTHENTICATED = re.compile(
    r"(?:comp-\S+ )?esp-(?:\d+-)?(?:aes|3des|des|seal)(?: \d+)?(?: comp-\S+)?$|\S*cbc\S*/none$",
    re.IGNORECASE,
)
_WEAK = re.compile(r"3des|\bdes\b|esp-des|md5|sha-?1\b|sha-hmac|sha96|seal", re.IGNORECASE)
_WEAK_GROUPS = frozenset({1, 2, 5, 22, 23, 24})
_MINIMUM_GROUP = 15
_FLAT_AFTER = 1000
_LONG_LIFETIME = 86_400


@dataclass(frozen=True, slots=True)
class IpsecEvidence:
    """Everything observed about IPsec on one interface."""

    interface: str
    flows: Sequence[IpsecFlow] = ()
    configs: Sequence[IpsecConfig] = ()

    @property
    def observed(self) -> list[IpsecFlow | IpsecConfig]:
        """What counts, in order of precedence: flows first, then configs."""
        return [*_distinct(self.flows), *self.configs]


def encrypts(transform: str | None) -> bool:
    """Whether an ESP transform keeps contents secret: not NULL, not GMAC, not AH alone."""
    if transform is None:
        return False
    esp = _AH.sub("", transform).strip()
    return bool(esp) and not _NO_ENCRYPTION.search(esp)


def is_weak(transform: str | None) -> bool:
    """DES, 3DES, SEAL, MD5 or SHA-1 anywhere in a transform, or a cipher without any hash."""
    return transform is not None and bool(
        _WEAK.search(transform) or _UNAUTHENTICATED.match(transform)
    )


def judge(evidence: IpsecEvidence) -> LinkEndFact:
    """The fact about one interface."""
    flows = evidence.flows
    state, code, parameters = _flows_state(flows) if flows else _config_state(evidence.configs)
    fact = _describe(evidence).model_copy(update={"state": state})
    fact = explained(fact, code, **parameters)
    return fact.model_copy(update={"weaknesses": _weaknesses(evidence, fact)})


Verdict = tuple[LinkEndState, str, dict[str, object]]


def _flows_state(flows: Sequence[IpsecFlow]) -> Verdict:
    verdicts = [_flow_state(flow) for flow in _distinct(flows)]
    states = {verdict[0] for verdict in verdicts}
    if len(states) == 1:
        return verdicts[0]
    covered = sum(verdict[0] == "secured" for verdict in verdicts)
    if "unknown" in states and not covered:
        return next(verdict for verdict in verdicts if verdict[0] == "unknown")
    return "partial", "ipsec-some-flows", {"covered": covered, "flows": len(verdicts)}


def _distinct(flows: Sequence[IpsecFlow]) -> list[IpsecFlow]:
    """Flows with printed SAs; sessions that only count SAs where no command printed them."""
    detailed = [flow for flow in flows if flow.prints_sas]
    return detailed or list(flows)


def _flow_state(flow: IpsecFlow) -> Verdict:
    if not flow.prints_sas:
        return _session_state(flow)
    directions = [flow.inbound is not None, flow.outbound is not None]
    if flow.cut and not all(directions):
        return "unknown", "ipsec-cut", {}
    if not any(directions):
        if flow.ah is not None:
            return "unsecured", "ipsec-no-confidentiality", {"transform": flow.ah}
        if flow.inbound_spis or flow.outbound_spis:
            return "unknown", "ipsec-cut", {}
        return "unsecured", "ipsec-no-sa", {}
    for transform in (flow.inbound, flow.outbound):
        if transform is not None and not encrypts(transform):
            return "unsecured", "ipsec-no-confidentiality", {"transform": transform}
    if not all(directions):
        return "partial", "ipsec-one-direction", {}
    if flow.protocol_only:
        return "partial", "ipsec-protocol-only", {}
    return "secured", "ipsec-sa-pair", {}


def _session_state(flow: IpsecFlow) -> Verdict:
    if flow.cut:
        return "unknown", "ipsec-cut", {}
    up = flow.status in ("up-active", "up-no-ike")
    if up and flow.active_sas is not None and flow.active_sas >= 2:
        return "secured", "ipsec-session-active", {"sas": flow.active_sas}
    if up and flow.active_sas is None:
        return "unknown", "ipsec-cut", {}
    if up and flow.active_sas:
        return "partial", "ipsec-one-direction", {}
    return "unsecured", "ipsec-session-down", {"status": flow.status or "not printed"}


def _config_state(configs: Sequence[IpsecConfig]) -> Verdict:
    undefined = sorted({name for config in configs for name in config.undefined})
    missing = [config.incomplete for config in configs if config.incomplete]
    transforms = [transform for config in configs for transform in config.transforms]
    if any(config.shutdown for config in configs):
        return "unsecured", "interface-shutdown", {}
    if transforms and not any(encrypts(transform) for transform in transforms):
        return "unsecured", "ipsec-no-confidentiality", {"transform": ", ".join(transforms)}
    if undefined:
        return "partial", "undefined-reference", {"undefined": ", ".join(undefined)}
    if missing:
        return "partial", "incomplete-configuration", {"missing": ", ".join(missing)}
    if not any(config.from_running_config for config in configs):
        return "unknown", "ipsec-definition-only", {}
    return "configured", "ipsec-configured", {}


_FIELDS = (
    "peer", "local", "vrf", "fvrf", "ivrf", "policy", "pfs", "ike", "mode", "lifetime_sec",
    "esn", "active_sas", "replay_window",
)  # fmt: skip


def _describe(evidence: IpsecEvidence) -> LinkEndFact:
    """All fields but state, reason and weaknesses: the first flow that prints one, then config."""
    values: dict[str, Any] = {}
    for observed in [*evidence.observed, *evidence.flows]:
        for name in _FIELDS:
            value = getattr(observed, name, None)
            if value is not None:
                values.setdefault(name, value)
        for transform in _transforms(observed):
            values.setdefault("transform", transform)
    flows = evidence.flows
    bits = _key_bits(values.get("transform"))
    return LinkEndFact(
        interface=evidence.interface,
        technology="ipsec",
        state="unknown",
        key_bits=bits,
        inbound_spis=_union(flow.inbound_spis for flow in flows),
        outbound_spis=_union(flow.outbound_spis for flow in flows),
        sources=tuple(dict.fromkeys(one.source for one in [*evidence.observed, *flows])),
        **values,
    )


def _transforms(observed: IpsecFlow | IpsecConfig) -> Iterable[str]:
    if isinstance(observed, IpsecConfig):
        return observed.transforms
    return [one for one in (observed.outbound, observed.inbound, observed.ah) if one is not None]


def _joined(observed: IpsecConfig | IpsecFlow) -> Iterable[str]:
    """The transforms, those of ESP together with the AH that authenticates beside it."""
    ah = observed.ah if isinstance(observed, IpsecFlow) else None
    return [one if ah in (None, one) else f"{one} {ah}" for one in _transforms(observed)]


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _key_bits(transform: str | None) -> int | None:
    """Key length of an ESP cipher; Cisco prints none for 128 bits."""
    if transform is None:
        return None
    match = re.search(r"(?:aes|gcm|gmac)\D{0,8}?(128|192|256)|(128|192|256)-aes", transform)
    if match:
        return int(match.group(1) or match.group(2))
    return 128 if re.search(r"aes|gcm", transform) else None


def _weaknesses(evidence: IpsecEvidence, fact: LinkEndFact) -> tuple[str, ...]:
    flows, configs = _distinct(evidence.flows), evidence.configs
    observed = evidence.observed
    transforms = [transform for one in observed for transform in _joined(one)]
    groups = {group for config in configs for group in config.ike_dh} | _groups(fact.pfs)
    no_pfs = any(config.pfs is False for config in configs)
    conditions = {
        "I01": fact.why_code == "ipsec-no-confidentiality" or _may_be_clear(evidence),
        "I02": any(map(is_weak, transforms)) or any(map(_weak_group, groups)) or no_pfs,
        "I03": any(map(_is_flat, flows))
        or (fact.state == "partial" and bool(flows))
        or any(flow.status == "up-idle" for flow in flows),
        "I04": any((one.lifetime_sec or 0) > _LONG_LIFETIME for one in observed),
        "I05": any(one.protocol_only for one in observed),
        "I06": any(config.fail_open for config in configs),
        "I07": any(one.replay_protect is False for one in observed),
        "M16": any(config.undefined for config in configs),
    }
    return tuple(code for code, holds in conditions.items() if holds)


def _may_be_clear(evidence: IpsecEvidence) -> bool:
    """Whether a config offers a transform without encryption beside others."""
    offered = [one for config in evidence.configs for one in config.transforms]
    return not evidence.flows and not all(map(encrypts, offered))


def _groups(pfs: str | bool | None) -> set[int]:
    match = re.search(r"\d+", pfs) if isinstance(pfs, str) else None
    return {int(match.group())} if match else set()


def _weak_group(group: int) -> bool:
    return group in _WEAK_GROUPS or group < _MINIMUM_GROUP


def _is_flat(flow: IpsecFlow) -> bool:
    return (flow.encaps or 0) > _FLAT_AFTER and flow.decaps == 0
