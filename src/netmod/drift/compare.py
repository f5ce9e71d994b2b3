"""Running against intended: two configs as trees, compared by what their order means.

Most of two configs is equal text, so plain trees are compared first, and the rules of the
platform's language are asked only where texts differ. The cost is linear in the number of lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import attrgetter

from netmod.drift._identity import identity, key_of
from netmod.drift._order import moved
from netmod.drift._secrets import Candidates, SecretJudge, same_statement, unseen
from netmod.drift._shortcut import without_common
from netmod.drift._statements import (
    NUMBER,
    alone,
    leaves,
    lines_of,
    only_of_its_word,
    quoted,
    unnumbered,
)
from netmod.drift.model import Change, Comparison, Difference
from netmod.errors import DriftError
from netmod.evidence import redact
from netmod.platforms import ConfigLanguage, Scoped, Statement, Topic

_ENOUGH = 2048  # characters; more than any header


def compare(
    intended: str, running: str, language: ConfigLanguage, *, judge: SecretJudge = unseen
) -> Comparison:
    """All differences between two configs of one platform.

    `intended` has placeholders for secrets. `running` may be redacted; where it is not, `judge`
    tells secrets apart, and no secret is in what is returned. Raises `DriftError` for a text
    that cannot be a whole config: nothing compared with nothing is no agreement.
    """
    try:
        return _compare(intended, running, Matching(language, judge, running))
    except RecursionError:
        raise DriftError(
            "the config nests deeper than that of any device",
            hint="look at the capture: it may be no config",
        ) from None


def _compare(intended: str, running: str, work: Matching) -> Comparison:
    language = work.language
    for text, what, hint in (
        (intended, "intended", "render it again: `netmod render HOST`"),
        (running, "running", "collect it again; the session may have been cut"),
    ):
        if not _says_something(text, language):
            raise DriftError(f"the {what} config is empty", hint=hint)
    if not language.whole(running):
        raise DriftError(
            "the running config does not reach its end",
            hint="collect it again; what is missing in a cut text is no drift",
        )
    sides = (intended, running)
    wanted, had = sides if language.words else without_common(*sides, language)
    work.section((), language.read(wanted).children, language.read(had).children)
    return Comparison(tuple(work.found), work.unseen_secrets)


def _says_something(text: str, language: ConfigLanguage) -> bool:
    """Whether there is a statement; most texts tell it in their first lines."""
    return bool(language.read(text[:_ENOUGH]).children or language.read(text).children)


@dataclass
class Matching:
    """One comparison while it is made. Without the text of `running` its tree holds no secrets.

    `renamed` gives, by the line number of a running statement, the text of the intended one that
    it is. `satisfied` are lines of the intended config that hold without being shown, `ignored`
    those of the running config that the device wrote itself.
    """

    language: ConfigLanguage
    judge: SecretJudge
    running: str
    found: list[Difference] = field(default_factory=list)
    unseen_secrets: int = 0
    renamed: dict[int, str] = field(default_factory=dict)
    satisfied: set[int] = field(default_factory=set)
    ignored: set[int] = field(default_factory=set)

    @cached_property
    def _shown(self) -> list[str]:
        """The running config without secrets, by lines; it costs more than a comparison."""
        return redact(self.running).replace("\r\n", "\n").split("\n")

    def section(
        self, path: tuple[str, ...], wanted: Sequence[Statement], had: Sequence[Statement]
    ) -> None:
        """Compare the statements below `path`, and those below them."""
        if [one.text for one in wanted] == [one.text for one in had]:
            for one, other in zip(wanted, had, strict=True):
                if one.children or other.children:
                    self.section((*path, one.text), one.children, other.children)
            return
        scope = "\n".join(path)
        wanted, had = self._alike(scope, wanted, had)
        mine, theirs = self._keyed(scope, wanted), self._keyed(scope, had)
        for key in self._overridden(scope, mine):
            if key not in theirs:
                del mine[key]
        missing = {key: one for key, one in mine.items() if key not in theirs}
        extra = {key: one for key, one in theirs.items() if key not in mine}
        same = {key: key for key in mine if key not in missing}
        same |= self._pair_secrets(missing, extra)
        for key, match in same.items():
            mate = theirs[match]
            if mate.text != mine[key].text:
                self.renamed[mate.number] = mine[key].text
            if mine[key].children or mate.children:
                self.section((*path, mine[key].text), mine[key].children, mate.children)
        self._order(path, scope, mine, theirs, same)
        self._changes(path, scope, missing, extra, list(mine.values()))

    def _alike(
        self, scope: str, wanted: Sequence[Statement], had: Sequence[Statement]
    ) -> tuple[Sequence[Statement], Sequence[Statement]]:
        """Both sides without entry numbers where one of them has none: devices number lists."""
        rules = [rule for rule in self.language.ordered if rule.under.match(scope)]
        if not rules:
            return wanted, had
        entries = [
            [one for one in side if any(rule.line.match(one.text) for rule in rules)]
            for side in (wanted, had)
        ]
        numbered = [[NUMBER.match(one.text) is not None for one in side] for side in entries]
        if not all(entries) or any(numbered[0]) == any(numbered[1]):
            return wanted, had
        return unnumbered(wanted), unnumbered(had)

    def _keyed(self, scope: str, statements: Sequence[Statement]) -> dict[str, Statement]:
        """Statements by what identifies them on both sides.

        In a sequence each occurrence counts; elsewhere a statement given twice is one with all
        that stands below either.
        """
        lists = self._lists(scope, statements)
        counts = Counter[str]()
        keyed: dict[str, Statement] = {}
        for statement, listed in zip(statements, lists, strict=True):
            key = self._spelled(statement.text)
            if listed is not None:
                counts[key] += 1
                key = key if counts[key] == 1 else f"{key}\n{counts[key]}"
            elif key in keyed:
                first = keyed[key]
                below = [*first.children, *statement.children]
                keyed[key] = Statement(first.text, first.number, below)
                continue
            keyed[key] = statement
        return keyed

    def _overridden(self, scope: str, mine: Mapping[str, Statement]) -> list[str]:
        """Single-valued statements of the intended config that a later one replaces.

        A device shows none of those: what it shows holds, and none is taken out there.
        """
        last: dict[str, str] = {}
        found = []
        for key, statement in mine.items():
            subject = identity(self.language, scope, statement)
            if subject is not None:
                if subject in last:
                    found.append(last[subject])
                last[subject] = key
        return found

    def _spelled(self, text: str) -> str:
        if "  " in text and not text.startswith("|"):
            text = " ".join(text.split())
        for pattern, replacement in self.language.spelling:
            text = pattern.sub(replacement, text)
        return text

    def _lists(self, scope: str, statements: Sequence[Statement]) -> list[str | None]:
        """For each statement the sequence it is part of; None where order means nothing.

        Numbered entries are none: the device sorts them by their numbers.
        """
        rules = [rule for rule in self.language.ordered if rule.under.match(scope)]
        if not rules:
            return [None] * len(statements)
        found: list[str | None] = []
        for statement in statements:
            matches = [match for rule in rules if (match := rule.line.match(statement.text))]
            if not matches or NUMBER.match(statement.text):
                found.append(None)
            else:
                found.append(matches[0].groupdict().get("list") or "")
        return found

    def _pair_secrets(
        self, missing: dict[str, Statement], extra: dict[str, Statement]
    ) -> dict[str, str]:
        """Take out of both what differs only in how a secret is written."""
        pairs: dict[str, str] = {}
        if not extra or not missing:
            return pairs
        candidates = Candidates(extra)
        for key in list(missing):
            for other in candidates.of(key):
                state = same_statement(key, other, self.judge) if other in extra else None
                if state in ("equal", "unknown"):
                    self.unseen_secrets += state == "unknown"
                    pairs[key] = other
                    del missing[key], extra[other]
                    break  # what is iterated over has changed
        return pairs

    def _order(
        self,
        path: tuple[str, ...],
        scope: str,
        mine: dict[str, Statement],
        theirs: dict[str, Statement],
        same: dict[str, str],
    ) -> None:
        lists = dict(zip(theirs, self._lists(scope, list(theirs.values())), strict=True))
        sequences: dict[str, list[str]] = {}
        common = set(same.values())
        for key, listed in lists.items():
            if listed is not None and key in common:
                sequences.setdefault(listed, []).append(key)
        if not sequences:
            return
        own = {other: key for key, other in same.items()}
        ranks = {same[key]: rank for rank, key in enumerate(mine) if key in same}
        for running in sequences.values():
            places = moved([ranks[key] for key in running])
            if not places:
                continue
            now = [running[place] for place in sorted(places)]
            before = sorted(now, key=ranks.__getitem__)
            intended = [alone(mine[own[key]]) for key in before]
            self._add("reordered", path, intended, [alone(theirs[key]) for key in now])

    def _changes(
        self,
        path: tuple[str, ...],
        scope: str,
        missing: dict[str, Statement],
        extra: dict[str, Statement],
        beside: Sequence[Statement],
    ) -> None:
        for one, other in self._pairs(scope, missing, extra):
            self._add("changed", path, [one], [other])
        for one in missing.values():
            if _is_in(self.language.defaults, scope, one, beside):
                self.satisfied.add(one.number)
            else:
                self._add("missing", path, [one], [])
        for one in extra.values():
            if _is_in((*self.language.generated, *self.language.defaults), scope, one, beside):
                self.ignored.add(one.number)
            else:
                self._add("extra", path, [], [one])

    def _pairs(
        self, scope: str, missing: dict[str, Statement], extra: dict[str, Statement]
    ) -> Iterable[tuple[Statement, Statement]]:
        """Take out of both what is another value of the same statement."""
        if self.language.words:
            leaves = [key for key, one in missing.items() if not one.children]
            others = [key for key, one in extra.items() if not one.children]
            if len(leaves) == len(others) == 1 and len(missing) == len(extra) == 1:
                yield missing.pop(leaves[0]), extra.pop(others[0])
            return
        for subject in (partial(self._subject, scope), only_of_its_word(missing, extra)):
            named = {subject(one): key for key, one in extra.items()}
            for key, one in list(missing.items()):
                other = named.get(subject(one))
                if other in extra:
                    del missing[key]
                    yield one, extra.pop(other)

    def _subject(self, scope: str, statement: Statement) -> str:
        """What a statement sets: its identity, and for a negation that of what it negates."""
        text = statement.text.removeprefix("no ")
        plain = Statement(text, statement.number)
        return key_of(self.language, scope, plain) or text

    def _add(
        self,
        change: Change,
        path: tuple[str, ...],
        intended: Sequence[Statement],
        running: Sequence[Statement],
    ) -> None:
        first = (*intended, *running)[0]
        self.found.append(
            Difference(
                change=change,
                section=path,
                intended=self._intended(intended),
                running=self._redacted(path, running),
                topic=topic_of(self.language, (*path, first.text)),
                intended_line=intended[0].number if intended else 0,
                running_line=running[0].number if running else 0,
            )
        )

    def _intended(self, statements: Sequence[Statement]) -> tuple[str, ...]:
        if not self.language.words:
            return lines_of(statements)
        return tuple(leaf for one in statements for leaf in leaves(one))

    def _redacted(self, path: tuple[str, ...], statements: Sequence[Statement]) -> tuple[str, ...]:
        """The lines of statements as they may be shown."""
        if not self.running:
            return self._intended(statements)
        if not self.language.words:
            return lines_of(statements, text=self._as_shown)
        above = " ".join(map(quoted, path))
        lines = [redact(f"set {above} {leaf}") for one in statements for leaf in leaves(one)]
        return tuple(line.removeprefix(f"set {above} ") for line in lines)

    def _as_shown(self, statement: Statement) -> str:
        return statement.text if statement.joined else self._shown[statement.number - 1].strip()


def topic_of(language: ConfigLanguage, path: tuple[str, ...]) -> Topic:
    """What a statement touches; `path` ends with it."""
    scope = "\n".join(path)
    return next((topic for topic, pattern in language.topics if pattern.search(scope)), "other")


def is_ordered(language: ConfigLanguage, section: tuple[str, ...], text: str) -> bool:
    """Whether a statement below `section` is one of a sequence."""
    scope = "\n".join(section)
    rules = [rule for rule in language.ordered if rule.under.match(scope)]
    return any(rule.line.match(text) for rule in rules) and not NUMBER.match(text)


def _is_in(
    rules: Sequence[Scoped], scope: str, statement: Statement, beside: Sequence[Statement]
) -> bool:
    """Whether the rules cover the statement and all below it."""
    texts = partial(map, attrgetter("text"), beside)
    if not any(rule.covers(scope, statement.text, texts) for rule in rules):
        return False
    below = f"{scope}\n{statement.text}" if scope else statement.text
    return all(_is_in(rules, below, child, ()) for child in statement.children)
