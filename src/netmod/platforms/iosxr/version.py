"""Software and hardware of IOS-XR: `show version`, classic, 64-bit (eXR) and XR7."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, Hardening, Identity, Observation

_SOFTWARE = re.compile(r"\s*Cisco IOS XR (?:Admin )?Software, Version ([^\s\[,]+)")
_VERSION = re.compile(r"\s+Version\s+: (\d[^\s\[]*)")
_LABEL = re.compile(r"\s+Label\s+: (\S+)")
_PROCESSOR = re.compile(r"\s*[Cc]isco (?P<model>\S[^(]{0,60}?) \((?P<rest>.*)$")
_UPTIME = re.compile(r"\s*(?P<name>\S+) uptime is \d")
_IMAGE = re.compile(r'\s*System image file is "?([^"\s]+)')
_BARE = re.compile(r"\s*cisco (?P<model>[A-Z0-9][\w-]*(?: \d+)?)\s*$")


def read_version(block: Block) -> Iterator[Observation]:
    """`show version [brief]`: the running release, without `[Default]` and `LNT`."""
    found: dict[str, str] = {}
    lines: list[int] = []
    for index, line in enumerate(block.lines):
        if len(line) < 400 and _take(found, line):
            lines.append(index)
    version = found.get("software") or found.get("version")
    if version is None and "model" not in found:
        return
    model = found.get("model") or found.get("family")
    series = model is not None and model.endswith(" Series")
    yield Identity(
        block.source(*lines),
        rank=3,
        hostname=found.get("name"),
        os="IOS XR",
        version=version,
        model=None if series else model,
        build=found.get("label"),
        image=found.get("image"),
    )
    if series:  # any chassis that another output names says more
        yield Identity(block.source(*lines), rank=0, model=model)
    if version is not None:
        yield Hardening(block.source(*lines), "version", version, operational=True)


def _take(found: dict[str, str], line: str) -> bool:
    """Take what a line says into `found`; whether it said anything."""
    for key, pattern in (
        ("software", _SOFTWARE),
        ("version", _VERSION),
        ("label", _LABEL),
        ("image", _IMAGE),
    ):
        match = pattern.match(line)
        if match:
            found.setdefault(key, match[1])
            return True
    uptime = _UPTIME.match(line)
    if uptime:
        if uptime["name"].lower() != "system":
            found.setdefault("name", uptime["name"])
        return True
    processor = _PROCESSOR.match(line)
    if processor:
        found.setdefault("model" if "processor" in processor["rest"] else "family", processor[1])
        return True
    bare = _BARE.match(line)
    if bare:
        found.setdefault("family", bare["model"])
    return bare is not None
