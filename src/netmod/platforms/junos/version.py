"""Software of Junos: `show version`, also of clusters, virtual chassis and QFabric members."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from netmod.platforms._observations import Block, Hardening, Identity, Observation

_MEMBER = re.compile(r"\s*(?:fpc|node|member|localre|re)\d*:\s*$", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*(Hostname|Model|Junos|Family|Serial Number|Product Model)\s*:\s*(\S.*?)\s*$"
)
_RELEASE = re.compile(r"\d+\.\d+[A-Z][\w.:-]*(?:-EVO)?$")
_PACKAGE = re.compile(r"\s*(?:JUNOS|Junos|junos)\b.{0,120}?\[(?P<release>[^\]\s]+)\]\s*$")
_SUITES = re.compile(
    r"\s*JUNOS (?:EX\s+Software Suite|Software Release|Base OS (?:boot|Software Suite)|OS Kernel)\b"
)
_HOST_SOFTWARE = re.compile(r"\s*(?:JUNOS Host|Junos Host|Host|vmhost|VM Host)\b", re.IGNORECASE)


def read_version(block: Block) -> Iterator[Observation]:
    """`show version [detail|brief|all-members]`: the release and model of the first member.

    Where no line says `Junos:`, the release is the one in most package lines; dates of builds
    and the host's software are none.
    """
    fields: dict[str, str] = {}
    lines: list[int] = []
    members = 0
    packages = Counter[str]()
    suite: str | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        members += _MEMBER.match(line) is not None
        field = _FIELD.match(line)
        if field and field[1] not in fields:
            fields[field[1]] = field[2]
            lines.append(index)
        package = _PACKAGE.match(line)
        if package and _RELEASE.match(package["release"]) and not _HOST_SOFTWARE.match(line):
            packages[package["release"]] += 1
            if suite is None and _SUITES.match(line):
                suite = package["release"]
    release = fields.get("Junos") or suite or next(iter(dict(packages.most_common(1))), None)
    if release is None and not fields:
        return
    release = release.split()[0] if release else None
    model = fields.get("Model") or fields.get("Product Model")
    serial = fields.get("Serial Number")
    yield Identity(
        block.source(*lines),
        rank=3,
        hostname=fields.get("Hostname"),
        os="Junos",
        version=release,
        model=model.split()[0].lower() if model else None,
        serials=(serial,) if serial and not serial.startswith("qfsn-") else (),
        members=members if members > 1 else None,
    )
    if release is not None:
        yield Hardening(block.source(*lines), "version", release, operational=True)
