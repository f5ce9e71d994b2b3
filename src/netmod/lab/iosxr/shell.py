"""The command line of IOS-XR: a target configuration per session, and its commits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from netmod.lab.commands import CommandError
from netmod.lab.editor import Editor
from netmod.lab.iosxr.target import (
    FAILED,
    CommitRefused,
    confirm,
    iosxr_tree,
    put_in_force,
    try_out,
)
from netmod.lab.iosxr.tree import Author
from netmod.lab.shell import Dialog, Question, Shell, replay
from netmod.lab.statements import Statement

_SHORTEST, _LONGEST, _LONGEST_MINUTES, _DEFAULT = 30, 65535, 1092, 600
_LABEL = re.compile(r"[A-Za-z][\w.-]{0,29}", re.ASCII)
_OTHERS = Question(
    "Do you wish to proceed with this commit anyway? [no]: ",
    (
        "One or more commits have occurred from other",
        "configuration sessions since this session started or since the last commit was",
        "made from this session. You can use the 'show configuration commit changes'",
        "command to browse the changes.",
    ),
)
_ALL = Question(
    "Do you wish to proceed? [no]: ",
    (
        "This commit will replace or remove the entire running configuration. This",
        "operation can be service affecting.",
    ),
)


@dataclass(slots=True)
class _Options:
    """What stands behind `commit`."""

    replace: bool = False
    label: str = ""
    comment: str = ""
    seconds: int | None = None


class IosxrShell(Shell):
    """One session on one IOS-XR device."""

    _base: Statement | None = None
    _next = 0
    failed: tuple[str, ...] = ()

    @property
    def author(self) -> Author:
        """Who commits in this session."""
        return Author(self.user)

    def target_lines(self) -> list[str]:
        """What this session has entered and not committed."""
        if self._editor is None or self._base is None:
            return []
        return iosxr_tree(self.device).changed_lines(self._base, self._editor.tree.root)

    def enter_configuration(self) -> list[str]:
        tree = iosxr_tree(self.device)
        self._base, self._next = tree.root, tree.commits.next
        return super().enter_configuration()

    def _is_control(self, line: str) -> bool:
        return line != "commit" and super()._is_control(line)

    def _configure(self, editor: Editor, line: str, prompt: str) -> list[str]:
        words = line.split()
        first = words[0].lower() if words else ""
        if editor.in_banner or len(first) < 4 or not "commit".startswith(first):
            return super()._configure(editor, line, prompt)
        try:
            return self.converse(self._dialog_of(_options(line)))
        except CommandError as error:
            return self.device.persona.complaint(error, line, prompt)

    def _answer(self, word: str) -> list[str]:
        if word not in ("yes", "y"):
            return super()._answer(word)
        self._question = False
        output = self._put_in_force(_Options())
        if not self._pending:
            self._leave_configuration()
        return output

    def _dialog_of(self, options: _Options) -> Dialog:
        tree = iosxr_tree(self.device)
        if options.replace and not _agreed((yield _ALL)):
            return []
        others = tree.commits.next != self._next
        if others and self._pending and not _agreed((yield _OTHERS)):
            return []
        return self._put_in_force(options)

    def _put_in_force(self, options: _Options) -> list[str]:
        """Replay the lines of this session over what runs now, and commit."""
        tree = iosxr_tree(self.device)
        if options.label and tree.position(options.label) is not None:
            return [f"% Failed to commit: the label '{options.label}' is in use already"]
        before, trial = tree.root, tree.commits.trial
        # A replacement is of what was entered, the lines among it that run already, too.
        new = tree.empty() if options.replace else tree.copy()
        replay(new, self._entered if options.replace else self._pending)
        try:
            changed = put_in_force(
                self.device, new.root, self.author, options.label, options.comment
            )
        except CommitRefused as refused:
            self.failed = tuple(refused.lines)
            return ["", FAILED]
        if not changed and trial is None:
            self._start_anew()
            return ["% No configuration changes to commit."]
        if options.seconds is None:
            confirm(self.device)
        else:
            try_out(self.device, before, options.seconds)
        self._start_anew()
        return []

    def _start_anew(self) -> None:
        """The target is what runs; the session stays where it is."""
        path = self._editor.path if self._editor else ()
        self.enter_configuration()
        if self._editor is not None:
            self._editor.path = path


def _agreed(answer: str) -> bool:
    return answer.lower() in ("y", "yes")


def _options(line: str) -> _Options:
    """The words behind `commit`, in any order. Raises `CommandError`."""
    options, words = _Options(), list(re.finditer(r"\S+", line))[1:]
    while words:
        match = words.pop(0)
        word = match[0].lower()
        if word == "replace":
            options.replace = True
        elif word == "label":
            options.label = _taken(words, line, _LABEL)
        elif word == "comment":
            if not words:
                raise CommandError("incomplete", len(line))
            options.comment, words = line[words[0].start() :].strip(), []
        elif word == "confirmed":
            options.seconds = _seconds(words, line)
        else:
            raise CommandError("invalid", match.start())
    return options


def _taken(words: list[re.Match[str]], line: str, pattern: re.Pattern[str]) -> str:
    if not words:
        raise CommandError("incomplete", len(line))
    match = words.pop(0)
    if not pattern.fullmatch(match[0]):
        raise CommandError("invalid", match.start())
    return match[0]


def _seconds(words: list[re.Match[str]], line: str) -> int:
    """`confirmed`, `confirmed SECONDS` or `confirmed minutes MINUTES`."""
    if not words or words[0][0].lower() in ("label", "comment"):
        return _DEFAULT
    unit, low, high = 1, _SHORTEST, _LONGEST
    if words[0][0].lower() == "minutes":
        words.pop(0)
        unit, low, high = 60, 1, _LONGEST_MINUTES
    start = words[0].start() if words else len(line)
    value = int(_taken(words, line, re.compile(r"[0-9]{1,9}", re.ASCII)))
    if not low <= value <= high:
        raise CommandError("invalid", start)
    return value * unit
