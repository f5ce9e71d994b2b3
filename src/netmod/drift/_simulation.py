"""What a config would be after commands: lines applied to a tree as a device would take them.

It shares nothing with what makes the commands, so that it can judge them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netmod.drift._identity import identity
from netmod.platforms import ConfigLanguage, Statement

_ENTRY = re.compile(r"(\d+) (?:permit|deny|remark)\b")
_VRF = re.compile(r"(?:ip )?vrf forwarding \S|vrf member \S|vrf \S+\Z")
_ADDRESS = re.compile(r"ip(?:v[46])? address ")
_RESEQUENCE = re.compile(r"ip access-list resequence (\S+) (\d+) (\d+)")


class Refused(Exception):
    """A line that a device would not take; the text is the line."""


def copy(statement: Statement) -> Statement:
    """An independent copy of a tree."""
    return Statement(
        statement.text, statement.number, [copy(child) for child in statement.children]
    )


def apply(
    running: Statement, commands: Sequence[Statement], intended: Statement, language: ConfigLanguage
) -> None:
    """Change the tree `running` by `commands`, a tree of lines as they are typed.

    A negation that `intended` has is a statement of its own; any other takes away. Raises
    `Refused`.
    """
    for command in commands:
        resequence = _RESEQUENCE.fullmatch(command.text)
        if resequence is not None:
            _resequence(running, resequence)
        else:
            _enter((), running, command, intended, language)


def _enter(
    path: tuple[str, ...],
    owner: Statement,
    command: Statement,
    intended: Statement | None,
    language: ConfigLanguage,
) -> None:
    scope, text = "\n".join(path), command.text
    wanted = _child(intended, text) if intended is not None else None
    negated = text.removeprefix("no ")
    if negated != text and wanted is None:
        _take_away(scope, owner, negated, language)
        return
    existing = _child(owner, text)
    if existing is None:
        entry = _ENTRY.match(text)
        if entry and any(one.text.startswith(f"{entry[1]} ") for one in owner.children):
            raise Refused(text)
        _displace(scope, owner, text, language)
        if path and path[-1].startswith("interface ") and _VRF.match(text):
            owner.children = [one for one in owner.children if not _ADDRESS.match(one.text)]
        existing = Statement(text, command.number)
        _put(owner, existing, entry)
    for child in command.children:
        _enter((*path, text), existing, child, wanted, language)


def _child(owner: Statement, text: str) -> Statement | None:
    return next((one for one in owner.children if one.text == text), None)


def _put(owner: Statement, statement: Statement, entry: re.Match[str] | None) -> None:
    """At the end, or among numbered entries at its number."""
    if entry is not None:
        for place, one in enumerate(owner.children):
            other = _ENTRY.match(one.text)
            if other and int(other[1]) > int(entry[1]):
                owner.children.insert(place, statement)
                return
    owner.children.append(statement)


def _displace(scope: str, owner: Statement, text: str, language: ConfigLanguage) -> None:
    """Take away what a new statement replaces: its opposite, or another value of it."""
    opposite = text[3:] if text.startswith("no ") else f"no {text}"
    subject = identity(language, scope, Statement(text, 0))
    owner.children = [
        one
        for one in owner.children
        if one.text != opposite
        and not (text.startswith("no ") and one.text.startswith(f"{opposite} "))
        and (subject is None or identity(language, scope, one) != subject)
    ]


def _take_away(scope: str, owner: Statement, text: str, language: ConfigLanguage) -> None:
    """What begins with the words, and what is another value of the same: an OS takes both."""
    subject = identity(language, scope, Statement(text, 0))
    doomed = [
        one
        for one in owner.children
        if f"{one.text} ".startswith(f"{text} ")
        or (subject is not None and identity(language, scope, one) == subject)
    ]
    if not doomed:
        raise Refused(f"no {text}")
    for one in doomed:
        owner.children.remove(one)


def _resequence(root: Statement, match: re.Match[str]) -> None:
    name, start, step = match[1], int(match[2]), int(match[3])
    for section in root.children:
        if re.fullmatch(rf"ip access-list (?:extended|standard) {re.escape(name)}", section.text):
            for place, one in enumerate(section.children):
                entry = _ENTRY.match(one.text)
                text = one.text.partition(" ")[2] if entry else one.text
                one.text = f"{start + place * step} {text}"
            return
    raise Refused(match[0])
