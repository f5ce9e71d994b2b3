"""Software and hardware: `show version`, in the words of every generation of IOS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netmod.platforms._observations import Block, Identity, Observation, Remark
from netmod.platforms.ios.names import unless_none

_SOFTWARE = re.compile(
    r"(?:Cisco )?(?:IOS (?:Software|\(tm\))|IOS-XE Software|Internetwork Operating System Software"
    r"|Cisco IOS Software)", re.IGNORECASE,
)  # fmt: skip
_VERSION = re.compile(r"\bVersion ([^,\s]+)")
_XE = re.compile(r"Cisco IOS[ -]XE Software, Version (\S+)", re.IGNORECASE)
_UPTIME = re.compile(r"(\S+) uptime is ")
_IMAGE = re.compile(r'System image file is "([^"]+)"')
_PROCESSOR = re.compile(
    r"(?:cisco|Allen-Bradley) (?!IOS\b|Systems\b|Internetwork\b)(\S+)\s+\(.{0,80}", re.IGNORECASE
)
_MEMORY = re.compile(r"processor|with .{0,40}K|memory|revision", re.IGNORECASE)
_BOARD = re.compile(r"Processor board ID (\S+)", re.IGNORECASE)
_SERIAL = re.compile(r"System Serial Number\s*:\s*(\S+)", re.IGNORECASE)
_MODEL = re.compile(r"Model Number\s*:\s*(\S+)", re.IGNORECASE)
_MEMBER = re.compile(r"\*?\s*\d{1,2}\s+\d{1,3}\s+(\S+)\s+(\d\S+)\s+\S+")
_XE_WORDS = re.compile(
    r"IOS[ -]XE|LINUX_IOSD|\(CAT9K_IOSXE|\bX86_64BI_LINUX.*Amsterdam", re.IGNORECASE
)
_NPE = re.compile(r"(?:image|software|\w+:).{0,80}_npe\b", re.IGNORECASE)
_RELEASE_NAME = re.compile(r"Cisco IOS Software \[[A-Z]")


def is_iosxe(text: str) -> bool:
    """Whether a version text names IOS-XE, also where it only shows in the image's name."""
    return _XE_WORDS.search(text) is not None or _RELEASE_NAME.search(text) is not None


def without_encryption(block: Block, lines: Sequence[str]) -> Iterator[Remark]:
    """A finding where the running image is built without payload encryption (NPE)."""
    for index, line in enumerate(lines):
        if _NPE.search(line):
            text = "the image has no payload encryption (NPE): neither IPsec nor MACsec can run"
            yield Remark(block.source(index), text, finding=True)
            return


def software_version(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """The version of IOS as its own line prints it (16.4.1, 15.2(4)M5), and that of IOS-XE."""
    version = xe_version = None
    for line in lines:
        text = line.strip()
        xe = _XE.match(text)
        if xe:
            xe_version = xe_version or xe[1].rstrip(",")
            continue
        match = _VERSION.search(text) if version is None and "Version" in text else None
        if match and (_SOFTWARE.match(text) or "Software (" in text):
            version = match[1]
    return version or xe_version, xe_version


def read_version(block: Block) -> Iterator[Observation]:
    """`show version`, for one chassis or a stack."""
    lines = [line.strip() for line in block.lines]
    version, xe_version = software_version(lines)
    text = "\n".join(lines[:40])
    hostname = _first(_UPTIME, lines)
    boards, serials = _all(_BOARD, lines), _all(_SERIAL, lines)
    members = [match for line in lines if (match := _MEMBER.match(line))]
    models = _all(_MODEL, lines)
    model = next(
        (m[1] for line in lines if (m := _PROCESSOR.match(line)) and _MEMORY.search(line)), None
    )
    if version is None and model is None and not boards and not serials:
        return
    os = None
    if version is not None:
        os = "IOS-XE" if is_iosxe(text) else "IOS"
    unique = tuple(dict.fromkeys(one for one in map(unless_none, [*boards, *serials]) if one))
    first_model = models[0] if models else members[0][1] if members else None
    yield Identity(
        source=block.source(0),
        rank=3,
        hostname=hostname if hostname not in ("processor", "Switch") or version else None,
        os=os,
        version=version,
        model=model or first_model,
        serials=unique,
        members=len(members) or None,
        build=xe_version if xe_version != version else None,
        image=_first(_IMAGE, lines),
    )
    yield from without_encryption(block, lines)


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    return next((match[1] for line in lines if (match := pattern.match(line))), None)


def _all(pattern: re.Pattern[str], lines: Sequence[str]) -> list[str]:
    return [match[1].rstrip(",") for line in lines if (match := pattern.match(line))]
