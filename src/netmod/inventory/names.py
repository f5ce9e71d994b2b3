"""Names as different outputs print them, compared without knowing a platform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_INTERFACE = re.compile(r"([A-Za-z][A-Za-z_-]*?)[\s-]*(\d[\d/.:]*)$")
_DECORATION = re.compile(r"\s*\(.*$")


def host_key(name: str) -> str:
    """A host name without what outputs hang on to it: case, a serial in parentheses."""
    return _DECORATION.sub("", name.strip()).rstrip(".").casefold()


class HostNames:
    """Finds the host that a printed name means.

    The whole name counts first. Without its domain suffix it counts where that is unambiguous:
    neither two known hosts nor a host of another domain may answer to it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: dict[str, str] = {}
        self._short: dict[str, str | None] = {}
        for name in names:
            key = host_key(name)
            self._whole[key] = name
            short = key.split(".", 1)[0]
            self._short[short] = None if short in self._short else name

    def find(self, printed: str | None) -> str | None:
        """The known name; None where there is none or more than one."""
        if not printed:
            return None
        key = host_key(printed)
        if key in self._whole:
            return self._whole[key]
        found = self._short.get(key.split(".", 1)[0])
        both_qualified = found is not None and "." in key and "." in host_key(found)
        return None if both_qualified else found


@lru_cache(maxsize=65_536)
def interface_key(name: str) -> str:
    """A full interface name for comparing: case and blanks do not count."""
    return re.sub(r"\s+", "", name).casefold()


def parent_of(interface: str) -> str | None:
    """The interface that a sub-interface or unit belongs to (`et-0/0/1.0` → `et-0/0/1`)."""
    head, dot, unit = interface.rpartition(".")
    return head if dot and unit.isdecimal() and re.search(r"\d$", head) else None


def same_interface(one: str | None, other: str | None) -> bool:
    """Whether two printed names can mean the same port: `Te1/1/3`, `TenGigabitEthernet1/1/3`.

    The numbers must be equal and one type must start with the other; `BE1` is `Bundle-Ether1`.
    """
    if one is None or other is None:
        return False
    if interface_key(one) == interface_key(other):
        return True
    first, second = _INTERFACE.match(one.strip()), _INTERFACE.match(other.strip())
    if first is None or second is None or first[2] != second[2]:
        return False
    short, long = sorted((first[1].casefold(), second[1].casefold()), key=len)
    initials = "".join(part[:1] for part in long.split("-")) if "-" in long else ""
    return len(short) > 1 and (long.startswith(short) or short == initials)
