"""Devices of other sources, and what they add to an inventory or say differently.

Every source is one function that yields `ImportedDevice`s: `read_csv` here, `read_netbox` beside.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netmod.errors import InputError, Problem
from netmod.inventory._editing import with_entries
from netmod.inventory._hints import near
from netmod.inventory._sources import DomainSource
from netmod.inventory.models import Inventory

_REQUIRED = ("name", "address", "platform", "role", "site")
_COLUMNS = (*_REQUIRED, "model", "serial", "domain")
_PLATFORMS = {
    "ios": "cisco_ios",
    "iosxe": "cisco_iosxe",
    "xe": "cisco_iosxe",
    "nxos": "cisco_nxos",
    "iosxr": "cisco_iosxr",
    "xr": "cisco_iosxr",
    "junos": "juniper_junos",
    "eos": "arista_eos",
}
_VENDOR = re.compile(r"^(?:cisco|juniper|arista)")


@dataclass(frozen=True, slots=True)
class ImportedDevice:
    """A device as its source has it, an empty text where it says nothing.

    `platform` is as the source spells it. `where` is its place in the source, for messages.
    """

    where: str
    name: str
    address: str
    platform: str
    role: str
    site: str
    model: str = ""
    serial: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of a device that the inventory has otherwise than the source. Nobody but a person
    decides which is right."""

    device: str
    field: str
    inventory: str
    source: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: files with their new text, by name; values that differ; roles that
    the inventory does not know, with the number of devices that are left out for it."""

    after: Mapping[str, str]
    added: tuple[str, ...]
    differences: tuple[Difference, ...]
    left_out: Mapping[str, int]


def read_csv(path: Path) -> list[ImportedDevice]:
    """Devices of a CSV file with a heading, UTF-8, divided by comma, semicolon or tab.

    Columns: name, address, platform, role, site, and optionally model, serial, domain. Raises
    `InputError`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(str(path), 0, "is not UTF-8", "save it as UTF-8")]) from None
    except OSError as error:
        raise InputError([Problem(str(path), 0, error.strerror or "cannot be read")]) from None
    heading = text.partition("\n")[0]
    divider = max(",;\t", key=heading.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=divider)
    columns = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    missing = [name for name in _REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in _COLUMNS]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has unknown {', '.join(unknown)}"
        hint = f"columns are {', '.join(_COLUMNS)}"
        raise InputError([Problem(str(path), 1, f"the heading {what}", hint)])
    return [_of_row(path, rows.line_num, row) for row in rows]


def _of_row(path: Path, line: int, row: Mapping[str | None, Any]) -> ImportedDevice:
    if None in row or None in row.values():
        message = "has more or fewer fields than the heading"
        raise InputError([Problem(str(path), line, message, "quote fields with the divider in")])
    values = {str(name): str(value).strip() for name, value in row.items()}
    return ImportedDevice(where=f"{path}:{line}", **values)


def plan_import(
    inventory: Inventory,
    sources: Iterable[DomainSource],
    devices: Iterable[ImportedDevice],
    texts: Mapping[str, str],
) -> ImportPlan:
    """What `devices` add to the inventory, and where the two differ.

    `texts` are the inventory's files as they are. A device goes to the domain that has a group
    with its role. Nothing that stands is changed. Raises `InputError` with every device that
    lacks something, or has a platform, site or address that cannot be.
    """
    domains = {source.domain: source for source in sources}
    roles = {group.data["role"] for source in domains.values()
             for group in source.groups.values() if "role" in group.data}  # fmt: skip
    problems: list[Problem] = []
    left_out: Counter[str] = Counter()
    differences: list[Difference] = []
    entries: dict[str, dict[str, Any]] = {}
    added: dict[str, str] = {}
    for device in devices:
        if device.role and device.role not in roles:
            left_out[device.role] += 1
            continue
        found = list(_problems(device, inventory, domains, added))
        problems += found
        if found:
            continue
        if device.name in inventory.devices:
            differences += _differences(device, inventory)
            continue
        added[device.name] = device.where
        domain = _domains_of(device, domains)[0]
        entries.setdefault(domain, {})[device.name] = _entry(device, domains[domain])
    if problems:
        raise InputError(problems)
    after = {}
    for domain, new in entries.items():
        file = f"{domain}/hosts.yaml"
        after[file] = with_entries(texts.get(file, ""), new, name=file)
    return ImportPlan(after, tuple(added), tuple(differences), dict(sorted(left_out.items())))


def platform_id(spelling: str) -> str | None:
    """netmod's id of a platform that another system spells in its own way; None for others."""
    plain = re.sub(r"[^a-z]", "", spelling.lower())
    return _PLATFORMS.get(_VENDOR.sub("", plain))


def _problems(
    device: ImportedDevice,
    inventory: Inventory,
    domains: Mapping[str, DomainSource],
    added: Mapping[str, str],
) -> Iterator[Problem]:
    for field in _REQUIRED:
        if not getattr(device, field):
            name = device.name or "a device without a name"
            yield Problem(device.where, 0, f"{name}: no {field}", "add it in the source")
    if device.platform and platform_id(device.platform) is None:
        message = f"{device.name}: unknown platform {device.platform!r}"
        hint = f"netmod knows {', '.join(sorted(set(_PLATFORMS.values())))}"
        yield Problem(device.where, 0, message, hint)
    if device.site and device.site not in inventory.sites:
        message = f"{device.name}: unknown site {device.site!r}"
        hint = near(device.site, inventory.sites, "declare it in sites.yaml first")
        yield Problem(device.where, 0, message, hint)
    if device.name in added:
        message = f"{device.name} stands in the source twice, also at {added[device.name]}"
        yield Problem(device.where, 0, message, "a device has one name of its own")
    if device.role and len(found := _domains_of(device, domains)) != 1:
        where = ", ".join(found) or "no domain"
        message = f"{device.name}: role {device.role!r} is of {where}"
        yield Problem(device.where, 0, message, "say its domain, in the column `domain`")


def _domains_of(device: ImportedDevice, domains: Mapping[str, DomainSource]) -> list[str]:
    return [
        name
        for name, source in domains.items()
        if device.domain in ("", name) and _group(source, "role", device.role)
    ]


def _group(source: DomainSource, key: str, value: str) -> str | None:
    """The group of a domain that gives this role or site."""
    found = (name for name, one in source.groups.items() if one.data.get(key) == value)
    return next(found, None)


def _entry(device: ImportedDevice, source: DomainSource) -> dict[str, Any]:
    """A host as hosts.yaml has it: its role, site and platform by group, where there is one."""
    platform = platform_id(device.platform)
    role, site = _group(source, "role", device.role), _group(source, "site", device.site)
    system = next((name for name, one in source.groups.items() if one.platform == platform), None)
    data = {} if site else {"site": device.site}
    data |= {key: value for key in ("model", "serial") if (value := getattr(device, key))}
    return {
        "hostname": device.address,
        **({} if system else {"platform": platform}),
        "groups": [one for one in (role, site, system) if one],
        **({"data": data} if data else {}),
    }


def _differences(device: ImportedDevice, inventory: Inventory) -> Iterator[Difference]:
    known = inventory.devices[device.name]
    pairs = {
        "address": (known.address, device.address),
        "platform": (known.platform, platform_id(device.platform) or ""),
        "role": (known.role, device.role),
        "site": (known.site, device.site),
        "model": (known.data.get("model", ""), device.model),
        "serial": (known.data.get("serial", ""), device.serial),
    }
    for field, (ours, theirs) in pairs.items():
        if theirs and ours != theirs:
            yield Difference(device.name, field, ours, theirs)
