"""What the lines of a change touch: each line with those above it, and not the first one alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netmod.drift import Difference
from netmod.drift.compare import topic_of
from netmod.platforms import ConfigLanguage, Topic

_VERBS = ("set ", "delete ", "activate ", "deactivate ")


def touched(differences: Iterable[Difference], language: ConfigLanguage) -> Iterator[Topic]:
    """The topic of each line that comes or goes."""
    for one in differences:
        for side in (one.intended, one.running):
            yield from touched_by(side, language, one.section)


def touched_by(
    lines: Iterable[str], language: ConfigLanguage, section: tuple[str, ...] = ()
) -> Iterator[Topic]:
    """The topic of each of `lines`, which are indented by what is above them, below `section`."""
    above: list[tuple[int, str]] = []
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if language.words:
            verb = next((one for one in _VERBS if text.startswith(one)), "")
            yield topic_of(language, (*section, *text[len(verb) :].split()))
            continue
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, text.removeprefix("no ")))
        yield topic_of(language, (*section, *(one for _, one in above)))
