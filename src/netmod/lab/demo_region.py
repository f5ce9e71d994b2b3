"""Faults for the demonstration: edits of intended configs, such as a night's work leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from netmod.errors import LabError
from netmod.inventory import Inventory, Link, ManagedEnd
from netmod.lab.config_tree import ConfigTree
from netmod.lab.editor import Editor
from netmod.lab.network import PERSONAS
from netmod.lab.statements import Statement

_EXPIRED = "00:00:00 january 01 2024 23:59:59 december 31 2025"
_WRONG_CKN = "0bad"
_FAULTY = ("cisco_iosxe", "cisco_iosxr")
"""The platforms whose configuration the faults know how to edit."""
_BLOCKING = ("one-sided", "expired-key", "mismatched-ckn")
_WIDE = ("dci", "inner-core", "stamnett")


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """Configs with faults, the fault of each link that has one, and the site to cut off.

    `dead_site` is for `Lab.faults.dead_site`; None where no site of the region may go dark.
    """

    configs: Mapping[str, str]
    faults: Mapping[str, str]
    dead_site: str | None


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a link in its device's configuration; `ports` carry the MACsec."""

    tree: ConfigTree
    platform: str
    ports: tuple[str, ...]


def plant_demo_faults(inventory: Inventory, configs: Mapping[str, str]) -> DemoRegion:
    """One fault of each kind, each on a link of its own; the same choice every time.

    Only links whose both ends are ours, emulated and of IOS-XE or IOS-XR, and whose key chain no
    other link uses, can have one. Raises `LabError` where there are too few.
    """
    usable = [link for link in inventory.links.values() if _usable(inventory, configs, link)]
    dead_site = _dead_site(inventory, configs, usable)
    spared = [link for link in usable if dead_site not in _sites(inventory, link)]
    ordered = list(_alternating(spared))
    if len(ordered) < len(_FAULTS):
        raise LabError(
            f"{len(ordered)} links can have a fault, and {len(_FAULTS)} are needed",
            hint="the demonstration needs a region with more MACsec links between "
            + " and ".join(_FAULTY),
        )
    trees = {name: _load(inventory, name, text) for name, text in configs.items()}
    faults: dict[str, str] = {}
    touched = set()
    for name, plant in _FAULTS.items():
        link = _place(inventory, name, ordered)
        ordered.remove(link)
        plant(*(_end(inventory, trees, link, index) for index in (0, 1)))
        faults[link.id] = name
        touched |= {end.device for end in link.managed_ends}
    edited = {
        name: _text(inventory, name, trees[name]) if name in touched else text
        for name, text in configs.items()
    }
    return DemoRegion(edited, faults, dead_site)


def _place(inventory: Inventory, fault: str, links: list[Link]) -> Link:
    """The link that gets a fault: a fault that stops the traffic must not cut a device off."""
    for link in links:
        homes = [inventory.links_of(end.device) for end in link.managed_ends]
        if fault not in _BLOCKING or all(
            sum(one.status == "active" for one in links_there) > 1 for links_there in homes
        ):
            return link
    raise LabError(
        f"no link can have the fault {fault}",
        hint="the demonstration needs MACsec links between devices with a second link",
    )


def _usable(inventory: Inventory, configs: Mapping[str, str], link: Link) -> bool:
    if link.status != "active" or link.encrypted_by != "own" or link.encryption is None:
        return False
    chains = Counter(
        other.encryption.key_chain for other in inventory.links.values() if other.encryption
    )
    return (
        link.encryption.technology == "macsec"
        and chains[link.encryption.key_chain] == 1
        and len(link.managed_ends) == 2
        and all(end.device in configs for end in link.managed_ends)
        and all(inventory.devices[end.device].platform in _FAULTY for end in link.managed_ends)
    )


def _sites(inventory: Inventory, link: Link) -> set[str]:
    return {inventory.devices[end.device].site for end in link.managed_ends}


def _dead_site(inventory: Inventory, configs: Mapping[str, str], usable: list[Link]) -> str | None:
    """The last small site with a device of the lab and a link that is encrypted."""
    reached = {site for link in usable for site in _sites(inventory, link)}
    populated = {inventory.devices[name].site for name in configs}
    small = [
        site.id
        for site in inventory.sites.values()
        if site.site_class == "C" and site.id in reached & populated and not site.core_location
    ]
    return max(small, default=None)


def _alternating(links: list[Link]) -> Iterator[Link]:
    """Links by id, one of each layer in turn: the layers between sites first, then the others."""
    layers: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda one: one.id):
        layers.setdefault(link.layer, []).append(link)
    for wide in (True, False):
        chosen = [layers[layer] for layer in sorted(layers) if (layer in _WIDE) is wide]
        for turn in zip_longest(*chosen):
            yield from (link for link in turn if link is not None)


def _load(inventory: Inventory, name: str, text: str) -> ConfigTree:
    persona = PERSONAS[inventory.devices[name].platform]
    tree = persona.tree(persona.grammar)
    tree.load(text)
    return tree


def _text(inventory: Inventory, name: str, tree: ConfigTree) -> str:
    block_end = PERSONAS[inventory.devices[name].platform].block_end
    return "\n".join([*tree.render(block_end=block_end), "end", ""])


def _end(inventory: Inventory, trees: Mapping[str, ConfigTree], link: Link, index: int) -> _End:
    end = link.ends[index]
    if not isinstance(end, ManagedEnd):
        raise LabError(f"link {link.id} has an end that is not ours")
    members = [(member.a, member.b)[index] for member in link.members]
    ports = tuple(name for name in members if name) or (end.interface,)
    return _End(trees[end.device], inventory.devices[end.device].platform, ports)


def _enter(tree: ConfigTree, *lines: str) -> None:
    editor = Editor(tree)
    for line in lines:
        editor.enter(line)


def _policy_name(end: _End, port: str) -> str:
    body = end.tree.node((f"interface {port}",))
    if end.platform == "cisco_iosxe":
        return body.find("mka policy") or ""
    words = (body.find("macsec psk-keychain") or "").split()
    return words[words.index("policy") + 1] if "policy" in words else ""


def _other_policy(end: _End, suffix: str, *statements: str) -> None:
    """Give the end's ports a policy of their own: a copy of theirs with statements changed."""
    keyword = "mka policy" if end.platform == "cisco_iosxe" else "macsec-policy"
    for port in end.ports:
        old = _policy_name(end, port)
        new = f"{old}-{suffix}"
        copied = list(end.tree.node((f"{keyword} {old}",)).children)
        _enter(end.tree, f"{keyword} {new}", *copied, *statements)
        if end.platform == "cisco_iosxe":
            _enter(end.tree, f"interface {port}", f"mka policy {new}")
        else:
            macsec = end.tree.node((f"interface {port}",)).find("macsec psk-keychain") or ""
            changed = macsec.replace(f"policy {old}", f"policy {new}")
            _enter(end.tree, f"interface {port}", f"macsec psk-keychain {changed}")


def _key_chains(end: _End) -> Iterator[tuple[tuple[str, ...], Statement]]:
    """Path and body of the key chains that the end's first port uses, the fallback one too."""
    body = end.tree.node((f"interface {end.ports[0]}",))
    if end.platform == "cisco_iosxe":
        words = (body.find("mka pre-shared-key key-chain") or "").split()
        names = [word for word in words if word != "fallback-key-chain"]
        paths: list[tuple[str, ...]] = [(f"key chain {name} macsec",) for name in names]
    else:
        words = (body.find("macsec psk-keychain") or "").split()
        names = words[:1] + words[2:3] * ("fallback-psk-keychain" in words)
        paths = [(f"key chain {name}", "macsec") for name in names]
    for path in paths:
        yield path, end.tree.node(path)


def _should_secure(a: _End, b: _End) -> None:
    for end in (a, b):
        if end.platform == "cisco_iosxe":
            for port in end.ports:
                _enter(end.tree, f"interface {port}", "macsec access-control should-secure")
        else:
            _other_policy(end, "APEN", "security-policy should-secure")


def _one_sided(_: _End, b: _End) -> None:
    for port in b.ports:
        body = b.tree.node((f"interface {port}",))
        lines = [text for text in body.children if text.split(" ")[0] in ("macsec", "mka")]
        _enter(b.tree, f"interface {port}", *(f"no {line}" for line in lines))


def _expired_key(a: _End, b: _End) -> None:
    for end in (a, b):
        local = "local " if end.platform == "cisco_iosxe" else ""
        for path, body in list(_key_chains(end)):
            for key in list(body.children):
                _enter(end.tree, *path, key, f"lifetime {local}{_EXPIRED}")


def _weak_cipher(a: _End, b: _End) -> None:
    for end in (a, b):
        word = "macsec-cipher-suite" if end.platform == "cisco_iosxe" else "cipher-suite"
        name = "gcm-aes-128" if end.platform == "cisco_iosxe" else "GCM-AES-128"
        _other_policy(end, "128", f"{word} {name}")


def _mismatched_ckn(_: _End, b: _End) -> None:
    for path, body in list(_key_chains(b)):
        for key in list(body.children):
            lines = list(body.children[key].children)
            name = key.removeprefix("key ")
            _enter(b.tree, *path, f"no {key}")
            _enter(b.tree, *path, f"key {_WRONG_CKN}{name[len(_WRONG_CKN) :]}", *lines)


def _offset(a: _End, b: _End) -> None:
    """With extended packet numbering no offset is possible, hence another cipher as well."""
    for end in (a, b):
        if end.platform == "cisco_iosxe":
            changes = ("macsec-cipher-suite gcm-aes-256", "confidentiality-offset 30")
        else:
            changes = ("cipher-suite GCM-AES-256", "conf-offset CONF-OFFSET-30")
        _other_policy(end, "OFFSET", *changes)


_FAULTS: Mapping[str, Callable[[_End, _End], None]] = {
    "one-sided": _one_sided,
    "should-secure": _should_secure,
    "weak-cipher": _weak_cipher,
    "expired-key": _expired_key,
    "mismatched-ckn": _mismatched_ckn,
    "confidentiality-offset": _offset,
}
