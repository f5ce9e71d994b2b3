"""What a statement sets, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from netmod.platforms import ConfigLanguage, Scoped, Statement


def identity(language: ConfigLanguage, scope: str, statement: Statement) -> str | None:
    """What a single-valued statement sets; None for a section and for what may be given twice."""
    return _matched(language.single, scope, statement)


def key_of(language: ConfigLanguage, scope: str, statement: Statement) -> str | None:
    """What a statement is about, single-valued or not."""
    return _matched((*language.single, *language.keyed), scope, statement)


def _matched(rules: Iterable[Scoped], scope: str, statement: Statement) -> str | None:
    if statement.children:
        return None
    for rule in rules:
        if rule.under.match(scope) and (match := rule.line.match(statement.text)):
            whole = match.end() == len(statement.text) or statement.text[match.end()] == " "
            return match[0] if whole else None
    return None
