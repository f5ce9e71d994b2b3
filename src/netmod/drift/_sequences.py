"""Commands for lists whose order is their meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netmod.drift._order import moved
from netmod.platforms import Statement

_IOS_LIST = re.compile(r"ip access-list (?:extended|standard) (?P<name>\S+)")
_ROUTE_POLICY = re.compile(r"route-policy \S+")


def sequence_commands(wanted: Statement, had: Statement | None) -> list[Statement] | None:
    """Lines that make the section `had` be as `wanted`; None where a human must do it.

    An unnumbered list is numbered first, so that entries can be put between others. A route
    policy is given as a whole: the device replaces it at once.
    """
    if _ROUTE_POLICY.fullmatch(wanted.text):
        return [wanted]
    match = _IOS_LIST.fullmatch(wanted.text)
    if match is None or had is None or any(one.children for one in wanted.children):
        return None
    texts = [one.text for one in had.children]
    if len(set(texts)) != len(texts) or texts[0].split(" ", 1)[0].isdigit():
        return None
    return _entries(match["name"], wanted, texts)


def _entries(name: str, wanted: Statement, texts: Sequence[str]) -> list[Statement]:
    targets = {one.text: rank for rank, one in enumerate(wanted.children)}
    common = [text for text in texts if text in targets]
    places = moved([targets[text] for text in common])
    kept = {text for place, text in enumerate(common) if place not in places}
    step = len(targets) + 1  # room for all of them between any two
    numbers = {text: (place + 1) * step for place, text in enumerate(texts)}
    lines = [Statement(f"no {numbers[text]}", 0) for text in texts if text not in kept]
    last = 0
    for text in targets:
        last = numbers[text] if text in kept else last + 1
        if text not in kept:
            lines.append(Statement(f"{last} {text}", 0))
    return [
        Statement(f"ip access-list resequence {name} {step} {step}", 0),
        Statement(wanted.text, 0, lines),
    ]
