"""A file that is copied onto the running configuration: its lines are typed, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netmod.lab.commands import CommandError
from netmod.lab.editor import Editor
from netmod.lab.persona import Persona
from netmod.lab.statements import LineRejected


def typed_lines(editor: Editor, lines: Iterable[str]) -> Iterator[str]:
    """The lines that are entered: `exit` goes one mode up, and `end` is the end."""
    for line in lines:
        word = "" if editor.in_banner else line.strip()
        if word == "end":
            return
        if word == "exit":
            editor.leave()
        else:
            yield line


def enter(persona: Persona, editor: Editor, line: str) -> list[str]:
    """Enter a line; what is printed where it is refused: it, too, where a mark points into it."""
    try:
        editor.enter(line)
    except LineRejected as error:
        if error.words is not None:
            return [error.words]
        words = persona.complaint(CommandError(error.kind), line, "")
        return [line, *words] if words[0].strip() == "^" else words
    return []
