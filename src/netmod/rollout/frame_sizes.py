"""The largest frame that each interface of a running config takes, as far as the config says it."""

from __future__ import annotations

import re

from netmod.inventory import interface_key, parent_of
from netmod.platforms import Statement, platform

_MTU = re.compile(r"mtu (\d+)$")
_SYSTEM_MTU = re.compile(r"system mtu (\d+)$")
_BUNDLE = re.compile(r"(?:channel-group|bundle id) (\d+)\b")
_BUNDLE_NAME = re.compile(r"(?:port-channel|bundle-ether)(\d+)$", re.IGNORECASE)


def frame_sizes(platform_id: str, text: str) -> dict[str, int]:
    """Bytes by `interface_key`; an interface whose size the config does not say is left out.

    A member has the size of its bundle and a sub-interface that of its port where it says none of
    its own; a switch's `system mtu` counts for all ports.
    """
    known = platform(platform_id)
    if known is None or known.language is None:
        return {}
    root = known.language.read(text)
    return _of_words(root) if known.language.words else _of_lines(root)


def _of_lines(root: Statement) -> dict[str, int]:
    everywhere = _value(root, _SYSTEM_MTU)
    own: dict[str, int | None] = {}
    bundles: dict[str, str] = {}
    above: dict[str, str] = {}
    for section in root.children:
        if not section.text.startswith("interface "):
            continue
        name = interface_key(section.text.removeprefix("interface ").split(" ")[0])
        own[name] = _value(section, _MTU)
        if match := _BUNDLE_NAME.match(name):
            bundles[match[1]] = name
        number = next((m[1] for one in section.children if (m := _BUNDLE.match(one.text))), None)
        if number is not None:
            above[name] = number
    return _inherited(
        own, {name: bundles.get(number) for name, number in above.items()}, everywhere
    )


def _of_words(root: Statement) -> dict[str, int]:
    own: dict[str, int | None] = {}
    above: dict[str, str | None] = {}
    for section in _below(root, "interfaces"):
        name = interface_key(section.text)
        own[name] = next(
            (int(one.text) for one in _below(section, "mtu") if one.text.isdecimal()), None
        )
        for options in section.children:
            if options.text in ("gigether-options", "ether-options"):
                above[name] = next(
                    (interface_key(ae.text) for ae in _below(options, "802.3ad")), None
                )
    return _inherited(own, above, None)


def _inherited(
    own: dict[str, int | None], above: dict[str, str | None], everywhere: int | None
) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in own:
        places = (name, above.get(name), parent_of(name))
        sizes = [own.get(place) for place in places if place is not None]
        size = next((one for one in sizes if one is not None), everywhere)
        if size is not None:
            found[name] = size
    return found


def _value(section: Statement, pattern: re.Pattern[str]) -> int | None:
    return next((int(m[1]) for one in section.children if (m := pattern.match(one.text))), None)


def _below(section: Statement, word: str) -> list[Statement]:
    return [below for one in section.children if one.text == word for below in one.children]
