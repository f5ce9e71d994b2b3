"""IPsec in a configuration of Junos (SRX): proposals, policies, gateways and VPNs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netmod.facts import PolicyFact, Source
from netmod.platforms._observations import Block, Fact, IpsecConfig, Observation
from netmod.platforms.junos._names import number
from netmod.platforms.junos._tree import Node

# What the predefined proposal sets offer, as Juniper documents them.
_IPSEC_SETS = {
    "basic": ("des sha1", "des md5"),
    "compatible": ("3des sha1", "3des md5", "des sha1", "des md5"),
    "standard": ("3des sha1", "aes-128-cbc sha1"),
    "prime-128": ("aes-128-gcm",),
    "prime-256": ("aes-256-gcm",),
    "suiteb-gcm-128": ("aes-128-gcm",),
    "suiteb-gcm-256": ("aes-256-gcm",),
}
_IKE_SETS = {"basic": (1,), "compatible": (2,), "standard": (2,), "suiteb-gcm-128": (19,),
             "suiteb-gcm-256": (20,), "prime-128": (19,), "prime-256": (20,)}  # fmt: skip


def config_ipsec(block: Block, root: Node, *, unfiltered: bool) -> Iterator[Observation]:
    """Proposals as facts, and what protects every interface that a VPN is bound to."""
    security = root.at("security")
    if security is None:
        return
    for proposal in security.below("ipsec", "proposal"):
        yield Fact(_source(block, proposal), _proposal_fact(proposal))
    for vpn in security.below("ipsec", "vpn"):
        config = _vpn(block, root, security, vpn, unfiltered=unfiltered)
        if config is not None:
            yield config


def _source(block: Block, node: Node) -> Source:
    return block.source(*sorted({node.index, *(one.index for _, one in node.walk())}))


def transform_of(proposal: Node) -> str:
    """A proposal as one transform: `aes-256-gcm`, `aes-256-cbc hmac-sha-256-128`, `ah-…`."""
    authentication = proposal.value("authentication-algorithm")
    if proposal.value("protocol") == "ah":
        return f"ah-{authentication or 'unknown'}"
    encryption = proposal.value("encryption-algorithm") or "esp-null"
    return " ".join(part for part in (encryption, authentication) if part)


def _proposal_fact(proposal: Node) -> PolicyFact:
    ah = proposal.value("protocol") == "ah"
    return PolicyFact(
        name=proposal.word,
        kind="ipsec-proposal",
        esp=None if ah else proposal.value("encryption-algorithm") or "null",
        ah=proposal.value("authentication-algorithm") if ah else None,
        integrity=proposal.value("authentication-algorithm"),
        transform=transform_of(proposal),
    )


def _vpn(
    block: Block, root: Node, security: Node, vpn: Node, *, unfiltered: bool
) -> IpsecConfig | None:
    gateway_name = vpn.value("ike", "gateway")
    gateway = security.at("ike", "gateway", gateway_name) if gateway_name else None
    bound = vpn.value("bind-interface")
    interface = bound or (gateway.value("external-interface") if gateway else None)
    if interface is None:
        return None
    policy_name = vpn.value("ike", "ipsec-policy")
    policy = security.at("ipsec", "policy", policy_name) if policy_name else None
    transforms, missing = _transforms(security, policy)
    ike_groups, ike_missing = _ike_groups(security, gateway)
    undefined = [*missing, *ike_missing]
    if gateway_name and gateway is None:
        undefined.append(f"gateway {gateway_name}")
    if policy_name and policy is None:
        undefined.append(f"IPsec policy {policy_name}")
    return IpsecConfig(
        _source(block, vpn),
        interface,
        policy=vpn.word,
        peer=gateway.value("address") if gateway else None,
        local=gateway.value("local-address") if gateway else None,
        transforms=transforms,
        pfs=_pfs(policy),
        ike=_version(gateway),
        ike_dh=ike_groups,
        lifetime_sec=_lifetime(security, policy),
        replay_protect=False if vpn.at("ike", "no-anti-replay") else None,
        undefined=tuple(undefined) if unfiltered else (),
        incomplete=_incomplete(root, vpn, bound, unfiltered=unfiltered),
        shutdown=_disabled(root, interface),
    )


def _disabled(root: Node, interface: str) -> bool:
    name, _, unit = interface.partition(".")
    places = (("interfaces", name, "disable"), ("interfaces", name, "unit", unit, "disable"))
    return any(root.at(*place) is not None for place in places)


def _transforms(security: Node, policy: Node | None) -> tuple[tuple[str, ...], list[str]]:
    if policy is None:
        return (), []
    preset = policy.value("proposal-set")
    names = [one.word for one in policy.below("proposals")]
    proposals = {name: security.at("ipsec", "proposal", name) for name in names}
    found = tuple(transform_of(node) for node in proposals.values() if node is not None)
    missing = [f"IPsec proposal {name}" for name, node in proposals.items() if node is None]
    return (*found, *_IPSEC_SETS.get(preset or "", ())), missing


def _ike_groups(security: Node, gateway: Node | None) -> tuple[tuple[int, ...], list[str]]:
    name = gateway.value("ike-policy") if gateway else None
    if name is None:
        return (), []
    policy = security.at("ike", "policy", name)
    if policy is None:
        return (), [f"IKE policy {name}"]
    names = [one.word for one in policy.below("proposals")]
    proposals = {one: security.at("ike", "proposal", one) for one in names}
    groups = [number((node.value("dh-group") or "").removeprefix("group"))
              for node in proposals.values() if node is not None]  # fmt: skip
    missing = [f"IKE proposal {one}" for one, node in proposals.items() if node is None]
    preset = _IKE_SETS.get(policy.value("proposal-set") or "", ())
    return (*(group for group in groups if group is not None), *preset), missing


def _pfs(policy: Node | None) -> str | bool | None:
    if policy is None:
        return None
    group = policy.value("perfect-forward-secrecy", "keys")
    if group is not None:
        return group
    return None if policy.value("proposal-set") else False


def _version(gateway: Node | None) -> str | None:
    if gateway is None:
        return None
    return "IKEv2" if gateway.value("version") == "v2-only" else "IKEv1"


def _lifetime(security: Node, policy: Node | None) -> int | None:
    names: Sequence[Node] = policy.below("proposals") if policy else ()
    for name in names:
        stated = number(security.value("ipsec", "proposal", name.word, "lifetime-seconds"))
        if stated is not None:
            return stated
    return None


def _incomplete(root: Node, vpn: Node, bound: str | None, *, unfiltered: bool) -> str | None:
    if "manual" not in vpn.children and "ike" not in vpn.children:
        return "neither IKE nor manual keys"
    if not unfiltered:
        return None
    if bound is not None:
        name, _, unit = bound.partition(".")
        return None if root.at("interfaces", name, "unit", unit or "0") else f"no interface {bound}"
    return None if _sends_traffic(root, vpn.word) else "no security policy sends traffic into it"


def _sends_traffic(root: Node, name: str) -> bool:
    policies = root.at("security", "policies")
    if policies is None:
        return False
    return any(
        re.search(r"tunnel ipsec-(?:group-)?vpn$", " ".join(path[:-1])) and path[-1] == name
        for path, _ in policies.walk()
    )
