"""References to secrets in rendered texts: `<secret:ref>`.

A `ref` is words of letters, digits, `_` and `-`, joined by `/` or `.`: `macsec/dc1-dc2/01`.
Everything that begins like a placeholder and is none is an error, because it would otherwise
reach a device as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from netmod.credentials._secret import Secret
from netmod.errors import CredentialsError

_NAME = r"[A-Za-z0-9_-]{1,64}(?:[/.][A-Za-z0-9_-]{1,64}){0,15}"
_REFERENCE = re.compile(rf"<secret:(?P<ref>{_NAME})>")
_BEGINNING = re.compile(r"(?i)<\s*secret\s*[:>]")
_HINT = "write it as <secret:NAME>, NAME of letters, digits, _ and -, parts joined by / or ."


@dataclass(frozen=True, slots=True)
class Reference:
    """One placeholder: what it refers to, and the line it stands in, counted from 1."""

    name: str
    line: int


def is_reference(name: str) -> bool:
    """Whether `name` can stand in a placeholder."""
    return re.fullmatch(_NAME, name) is not None


def check_reference(name: str) -> None:
    """Raises `CredentialsError` where `name` cannot stand in a placeholder."""
    if not is_reference(name):
        raise CredentialsError(f"{name!r} is no reference to a secret", hint=_HINT)


def find_references(text: str) -> tuple[Reference, ...]:
    """The placeholders of `text`, in order.

    Raises `CredentialsError` where something begins like a placeholder and is none.
    """
    found = {match.start(): match for match in _REFERENCE.finditer(text)}
    malformed = [match for match in _BEGINNING.finditer(text) if match.start() not in found]
    if malformed:
        lines = ", ".join(str(_line(text, match.start())) for match in malformed)
        raise CredentialsError(f"malformed secret placeholder in line {lines}", hint=_HINT)
    return tuple(Reference(match["ref"], _line(text, start)) for start, match in found.items())


def fill_in(text: str, resolve: Callable[[str], Secret | None]) -> Secret:
    """`text` with its placeholders replaced, itself a secret. `resolve` gives None for unknown.

    Raises `CredentialsError` where a placeholder is malformed, unknown, empty, or holds a line
    break, which would become a command of its own.
    """
    values: dict[str, str] = {}
    unknown: list[Reference] = []
    for reference in find_references(text):
        secret = resolve(reference.name)
        if not secret:
            unknown.append(reference)
        elif re.search(r"[\x00-\x1f\x7f]", secret.reveal()):
            raise CredentialsError(
                f"secret {reference.name!r} holds a control character",
                hint="store it again without a line break",
            )
        else:
            values[reference.name] = secret.reveal()
    if unknown:
        names = ", ".join(f"{one.name!r} (line {one.line})" for one in unknown)
        raise CredentialsError(f"unknown secret: {names}", hint="store it, or correct its name")
    return Secret(_REFERENCE.sub(lambda match: values[match["ref"]], text))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
