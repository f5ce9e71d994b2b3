"""Small pieces of vendor output that several personas print."""

from __future__ import annotations

from datetime import datetime


def dotted_mac(mac: str) -> str:
    """`0027907a4411` as `0027.907a.4411`."""
    return f"{mac[:4]}.{mac[4:8]}.{mac[8:12]}"


def slashed_sci(sci: str) -> str:
    """An SCI of 16 hex digits as `0027.907a.4411/0028`."""
    return f"{dotted_mac(sci)}/{sci[12:]}"


def dotted(label: str, value: object, width: int = 26) -> str:
    """`Key Server............... YES`: label, dots up to `width`, a space, the value."""
    return f"{label}".ljust(width - 1, ".") + f" {value}".rstrip()


def milliseconds(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def uptime(seconds: int) -> str:
    """`14 weeks, 2 days, 3 hours, 5 minutes`."""
    parts = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "0 minutes"


def short_age(seconds: int) -> str:
    """`7w0d`, `3d04h` or `01:09:26`, as Cisco writes ages."""
    days, rest = divmod(seconds, 86400)
    if days >= 7:
        return f"{days // 7}w{days % 7}d"
    if days:
        return f"{days}d{rest // 3600:02d}h"
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"


def transferred(size: int) -> str:
    """`1024 bytes copied in 0.125 secs (8192 bytes/sec)`: the lab's flash is that fast."""
    return f"{size} bytes copied in 0.125 secs ({size * 8} bytes/sec)"
