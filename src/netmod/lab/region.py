"""A region of any size from the inventory of a small one: copies of it side by side.

Each copy is a region of its own, with names, addresses and keys of its own and with its own data
centres, in the proportions of the pattern; only a supplier's network is the same for all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from netmod.errors import LabError

Files = Mapping[str, Mapping[str, Any]]
"""The parsed files of an inventory by their names: `links.yaml`, `core/hosts.yaml`."""

_RESERVED = {127, 169, 172, 192, 198, 203}
_OCTETS = [10, *(octet for octet in range(11, 224) if octet not in _RESERVED)]
"""The first part of the addresses of each copy: those that the pattern has in 10.0.0.0/8."""
_ADDRESS = re.compile(r"10(\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/\d{1,2})?)")
_REFLECTOR = "reflector"
_FEWEST = 2  # an inventory has a link


def enlarge(pattern: Files, devices: int) -> dict[str, dict[str, Any]]:
    """The files of an inventory with exactly `devices` hosts; the same ones every time.

    Raises `LabError` where the pattern has no hosts, or `devices` is out of range.
    """
    order = list(_walk(pattern))
    most = len(order) * len(_OCTETS)
    if not order or not _FEWEST <= devices <= most:
        raise LabError(
            f"a region of {devices} devices cannot be made",
            hint=f"give a number from {_FEWEST} to {most}"
            if order
            else "the inventory has no hosts",
        )
    result: dict[str, dict[str, Any]] = {
        name: dict(content) if name.endswith("defaults.yaml") else {}
        for name, content in pattern.items()
    }
    for number in range(1, -(-devices // len(order)) + 1):
        kept = set(order[: devices - (number - 1) * len(order)])
        _add(result, _Copy(pattern, number), _part(pattern, kept))
    return result


def _add(result: dict[str, dict[str, Any]], copy: _Copy, part: Files) -> None:
    for name, content in part.items():
        if name in ("sites.yaml", "encryption.yaml"):
            for section, entries in content.items():
                result[name].setdefault(section, {}).update(copy.of(entries))
        elif not name.endswith("defaults.yaml"):
            result[name].update(copy.of(content))


def _part(pattern: Files, hosts: set[str]) -> dict[str, dict[str, Any]]:
    """The files with some of the hosts, and with what these need alone."""
    links = {
        name: link
        for name, link in pattern["links.yaml"].items()
        if all(end["device"] in hosts for end in _ends(link) if "device" in end)
    }
    site_of = _sites(pattern)
    sites = {site for host, site in site_of.items() if host in hosts}
    sites |= {end["site"] for link in links.values() for end in _ends(link) if "site" in end}
    encryption = [link["encryption"] for link in links.values() if "encryption" in link]
    chains = {one.get(key) for one in encryption for key in ("key_chain", "fallback_key_chain")}
    part: dict[str, dict[str, Any]] = {}
    for name, content in pattern.items():
        if name.endswith("hosts.yaml"):
            part[name] = {host: one for host, one in content.items() if host in hosts}
        elif name.endswith("groups.yaml"):
            part[name] = {
                group: one for group, one in content.items() if _site(one) in (None, *sites)
            }
        else:
            part[name] = dict(content)
    part["links.yaml"] = links
    places = pattern["sites.yaml"]
    part["sites.yaml"] = {
        **places,
        "sites": {site: one for site, one in places["sites"].items() if site in sites},
    }
    if "key_chains" in part.get("encryption.yaml", {}):
        every = part["encryption.yaml"]["key_chains"]
        kept = {name: chain for name, chain in every.items() if name in chains}
        part["encryption.yaml"] = {**part["encryption.yaml"], "key_chains": kept}
    return part


class _Copy:
    """Rewrites what stands in the pattern for one copy; the first one is the pattern itself."""

    def __init__(self, pattern: Files, number: int) -> None:
        self._number = number
        sites = pattern["sites.yaml"]["sites"]
        self._names = {*sites, *pattern["links.yaml"]}
        self._names |= set(pattern.get("encryption.yaml", {}).get("key_chains", {}))
        for name, content in pattern.items():
            if name.endswith("hosts.yaml"):
                self._names |= set(content)
            elif name.endswith("groups.yaml"):
                self._names |= {group for group, one in content.items() if _site(one) is not None}

    def of(self, value: Any, key: str = "") -> Any:
        """A value of the pattern, as the copy has it; `key` is the name that it stands under."""
        if self._number == 1:
            return value
        if isinstance(value, Mapping):
            return {
                self._renamed(name): self.of(one, name)
                for name, one in value.items()
                # one pair of route reflectors serves all: each more would have all as clients
                if (name, one) != ("ibgp", _REFLECTOR)
            }
        if isinstance(value, list):
            return [self.of(one, key) for one in value]
        return self._text(value, key) if isinstance(value, str) else value

    def _renamed(self, name: str) -> str:
        if name not in self._names:
            return name
        prefix = f"r{self._number:03}-"
        return (prefix.upper() if name.isupper() else prefix) + name

    def _text(self, text: str, key: str) -> str:
        if key == "ckn":
            digest = hashlib.sha256(f"{text}/{self._number}".encode()).hexdigest()
            return digest[: len(text)]
        if key == "secret":
            return f"r{self._number:03}/{text}"
        if key == "serial":
            return f"{text[:3]}{self._number:03}{text[6:]}"
        if key == "isis_net":
            return re.sub(r"^49\.\d{4}", f"49.{self._number:04}", text)
        address = _ADDRESS.fullmatch(text)
        if address:
            return f"{_OCTETS[self._number - 1]}{address[1]}"
        return self._renamed(text)


def _walk(pattern: Files) -> Iterator[str]:
    """The hosts along the links from the data centres, one branch after the other.

    So the first of them hang together, whatever their number.
    """
    far: dict[str, list[str]] = {
        host: []
        for name in sorted(pattern)
        if name.endswith("hosts.yaml")
        for host in pattern[name]
    }
    for link in pattern["links.yaml"].values():
        ends = [end["device"] for end in _ends(link) if end.get("device") in far]
        if len(ends) == 2 and link.get("status", "active") == "active":
            far[ends[0]].append(ends[1])
            far[ends[1]].append(ends[0])
    sites = pattern["sites.yaml"]["sites"]
    site_of = _sites(pattern)
    central = [one for one in far if sites.get(site_of.get(one), {}).get("kind") == "data-centre"]
    pending, seen = [*reversed(far), *reversed(central)], set[str]()
    while pending:
        host = pending.pop()
        if host not in seen:
            seen.add(host)
            yield host
            pending += reversed(far[host])


def _sites(pattern: Files) -> dict[str, str]:
    """The site of each host that has one, its own or that of one of its groups."""
    found = {}
    for name, content in pattern.items():
        if not name.endswith("hosts.yaml"):
            continue
        groups = pattern.get(name.replace("hosts.yaml", "groups.yaml"), {})
        for host, one in content.items():
            named = [_site(groups.get(group, {})) for group in one.get("groups", [])]
            site = next((site for site in (_site(one), *named) if site is not None), None)
            if site is not None:
                found[host] = site
    return found


def _site(entry: Mapping[str, Any]) -> str | None:
    site = (entry.get("data") or {}).get("site")
    return site if isinstance(site, str) else None


def _ends(link: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return link["a"], link["b"]
