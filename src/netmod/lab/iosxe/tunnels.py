"""An IOS-XE configuration's protected tunnels as values: VTIs with IKEv2 and pre-shared keys."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

from netmod.lab.config_tree import ConfigTree
from netmod.lab.ipsec import IkeProposal, Vpn
from netmod.lab.macsec import number
from netmod.lab.statements import Statement

DEFAULT_PROPOSAL = IkeProposal(
    ("aes-cbc-256", "aes-cbc-192", "aes-cbc-128"),
    ("sha512", "sha384"),
    ("sha512", "sha384"),
    (19, 14, 21),
)
"""What IOS-XE 17 offers where no policy names another."""
_DEFAULT_TRANSFORM = ("esp-aes esp-sha-hmac",)
_PROTECTION = re.compile(r"ipsec profile (\S+)(?: ikev2-profile (\S+))?")


def vpns(tree: ConfigTree) -> dict[str, Vpn]:
    """The protected tunnels by the names of their interfaces."""
    root = tree.root
    found = {}
    for name, body in root.below("interface "):
        match = _PROTECTION.match(body.find("tunnel protection") or "")
        if match and name.startswith("Tunnel") and body.find("tunnel mode") == "ipsec ipv4":
            vpn = _vpn(tree, body, match[1], match[2])
            if vpn is not None:
                found[name.split(" ")[0]] = vpn
    return found


def _vpn(tree: ConfigTree, body: Statement, profile: str, ike_profile: str | None) -> Vpn | None:
    root = tree.root
    source, peer = body.find("tunnel source") or "", body.find("tunnel destination") or ""
    port = tree.grammar.full_interface(source) or ""
    local = _address(_body(root, f"interface {port}")) if port else source
    if not (_is_address(local) and _is_address(peer)):
        return None
    rules = _body(root, f"crypto ipsec profile {profile}")
    ike_name = ike_profile or rules.find("set ikev2-profile") or ""
    ike = _body(root, f"crypto ikev2 profile {ike_name}")
    ring = _body(root, f"crypto ikev2 keyring {ike.find('keyring local') or ''}")
    keys = _keys(ring, peer)
    transforms, mode = _transforms(root, (rules.find("set transform-set") or "").split())
    windows = [one.split()[-1] for one in root.find_all("crypto ipsec security-association replay")]
    return Vpn(
        local=local,
        peer=peer,
        source=port or _owner(root, local),
        profile=profile,
        ike_profile=ike_name,
        proposals=_proposals(root),
        local_key=keys[0],
        remote_key=keys[1],
        transforms=transforms,
        mode=mode,
        pfs=(rules.find("set pfs") or "").removeprefix("group"),
        known=any(_takes(one, peer) for one in ike.find_all("match identity remote")),
        complete=bool(rules.children and ike.children and transforms),
        lifetime=number(rules.find("set security-association lifetime seconds"), 3600) or 3600,
        ike_lifetime=number(ike.find("lifetime"), 86400) or 86400,
        window=number(windows[-1] if windows else None, 64),
        fvrf=body.find("tunnel vrf") or "",
        ivrf=body.find("vrf forwarding") or "",
    )


def _body(root: Statement, text: str) -> Statement:
    return root.children.get(text) or Statement(text)


def _address(port: Statement) -> str:
    return (port.find("ip address") or "").split(" ")[0]


def _owner(root: Statement, address: str) -> str:
    """The port that has an address, "" for none."""
    owners = (name for name, body in root.below("interface ") if _address(body) == address)
    return next(owners, "").split(" ")[0]


def _is_address(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _within(text: str, peer: str) -> bool:
    """Whether `address [mask]` covers the peer."""
    try:
        return IPv4Address(peer) in IPv4Network("/".join(text.split()[:2]), strict=False)
    except ValueError:
        return False


def _takes(identity: str, peer: str) -> bool:
    kind, _, rest = identity.partition(" ")
    return kind == "any" or (kind == "address" and _within(rest, peer))


def _keys(ring: Statement, peer: str) -> tuple[str | None, str | None]:
    """Our key and the peer's, of the ring's entry for it."""
    for _, entry in ring.below("peer "):
        if not any(_within(one, peer) for one in entry.find_all("address")):
            continue
        local = remote = None
        for words in map(str.split, entry.find_all("pre-shared-key")):
            local = local if words[0] == "remote" else words[-1]
            remote = remote if words[0] == "local" else words[-1]
        return local, remote
    return None, None


def _proposals(root: Statement) -> tuple[IkeProposal, ...]:
    """Those that policies name: one that no policy names is not offered."""
    names = [
        name
        for _, policy in root.below("crypto ikev2 policy ")
        for name in policy.find_all("proposal")
    ]
    bodies = (_body(root, f"crypto ikev2 proposal {name}") for name in names)
    return tuple(_proposal(body) for body in bodies) or (DEFAULT_PROPOSAL,)


def _proposal(body: Statement) -> IkeProposal:
    integrity = tuple((body.find("integrity") or "").split())
    return IkeProposal(
        tuple((body.find("encryption") or "").split()),
        integrity,
        tuple((body.find("prf") or "").split()) or integrity,
        tuple(number(group) for group in (body.find("group") or "").split()),
    )


def _transforms(root: Statement, names: list[str]) -> tuple[tuple[str, ...], str]:
    if not names:
        return _DEFAULT_TRANSFORM, "tunnel"
    found: list[str] = []
    mode = "tunnel"
    for name in names:
        for transform, body in root.below(f"crypto ipsec transform-set {name} "):
            found.append(transform)
            mode = (body.find("mode") or mode).split(" ")[0]
    return tuple(found), mode
