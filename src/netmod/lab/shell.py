"""The command line of a device: text in, text out. No transport, no waiting.

One shell serves every persona: what differs is in `Persona` (prompt, commands, grammar, whether
configuration waits for `commit`).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from netmod.lab import pipes
from netmod.lab.commands import CommandError, Context
from netmod.lab.config_tree import ConfigTree
from netmod.lab.device import Device
from netmod.lab.editor import Editor
from netmod.lab.fabric import Fabric
from netmod.lab.statements import LineRejected, Path

_END_OF_LINE = re.compile(r"\r\n|\r\x00|\r|\n")
_UNCOMMITTED = "Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]:"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the device writes after one line: the echo, the output, and the prompt.

    `command` is the line as it came. `closes` says that the session ends.
    """

    command: str
    echo: str
    output: str
    prompt: str
    closes: bool = False

    @property
    def text(self) -> str:
        return self.echo + self.output + self.prompt


@dataclass(frozen=True, slots=True)
class Question:
    """What a command wants to know before it goes on, below the lines that it prints `before`.

    `key` says that one key answers, and that the line's end is not waited for.
    """

    text: str
    before: tuple[str, ...] = ()
    key: bool = False


Dialog = Generator[Question, str, list[str]]
"""A command that asks: it yields questions, is sent what was typed, and returns its output."""


class Shell:
    """One session on one device."""

    def __init__(self, device: Device, fabric: Fabric, user: str = "netmod") -> None:
        self.device = device
        self.fabric = fabric
        self.user = user
        self._buffer = ""
        self._editor: Editor | None = None
        self._entered: list[tuple[Path, str]] = []
        self._pending: list[tuple[Path, str]] = []
        self._question = False
        self._asked: Question | None = None
        self._dialog: Dialog | None = None
        self._leaving = False

    def converse(self, dialog: Dialog, typed: str | None = None) -> list[str]:
        """What a dialog prints until its next question or its end."""
        try:
            question = next(dialog) if typed is None else dialog.send(typed)
        except StopIteration as end:
            output: list[str] = end.value
            return output
        self._dialog, self._asked = dialog, question
        return list(question.before)

    def hang_up(self) -> None:
        """End the session behind what the command prints."""
        self._leaving = True

    @property
    def prompt(self) -> str:
        """The prompt of this moment."""
        if self._asked is not None:
            return self._asked.text
        if self._question:
            return _UNCOMMITTED
        if self._editor is not None and self._editor.in_banner:
            return ""
        mode = self._editor.prompt if self._editor else ""
        return self.device.persona.prompt(self.device.hostname, mode)

    def greet(self) -> str:
        """What the device writes when a session opens."""
        banner = self.device.running.root.find("banner login") or ""
        lines = banner.split("\n")[1:-1]
        return _text([*lines, ""]) + self.prompt

    def receive(self, text: str) -> Iterator[Reply]:
        """Take what was typed; a reply for each line that is complete."""
        self._buffer += text.replace("\x00", "")
        while True:
            if self._asked is not None and self._asked.key and self._buffer:
                key = _END_OF_LINE.match(self._buffer) or re.match(r"(?s).", self._buffer)
                self._buffer = self._buffer[key.end() if key else 1 :]
                yield self._line("" if key is None else key[0].strip())
                continue
            end = _END_OF_LINE.search(self._buffer)
            control = re.search(r"[\x03\x1a]", self._buffer)
            if control and (end is None or control.start() < end.start()):
                self._buffer = self._buffer[control.end() :]
                yield self._interrupt(control[0])
            elif end is not None:
                line, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
                yield self._line(_typed(line))
            else:
                return

    def _interrupt(self, key: str) -> Reply:
        self._asked = self._dialog = None
        if self._editor is not None and not (key == "\x1a" and self._pending):
            self._leave_configuration()
        return Reply("", "^Z" if key == "\x1a" else "^C", "\r\n", self.prompt)

    def _line(self, line: str) -> Reply:
        prompt = self.prompt
        closes = False
        dialog, self._asked, self._dialog = self._dialog, None, None
        if dialog is not None:
            output = self.converse(dialog, line.strip())
        elif self._question:
            output = self._answer(line.strip().lower())
        elif self._editor is not None and (
            self._editor.in_banner or not self._is_control(line.strip().lower())
        ):
            output = self._configure(self._editor, line, prompt)
        elif self._editor is not None:
            output = self._control(line.strip().lower())
        elif line.strip().lower() in ("exit", "quit", "logout"):
            output, closes = [], True
        else:
            output = self._execute(line, prompt)
        closes = closes or self._leaving
        return Reply(line, line + "\r\n", _text(output), "" if closes else self.prompt, closes)

    # --- exec mode

    def _execute(self, line: str, prompt: str) -> list[str]:
        if not line.strip() or line.lstrip().startswith("!"):
            return []
        if self._is_configure(line.lower().split()):
            return self.enter_configuration()
        command, filtered = self._split(line)
        persona = self.device.persona
        table = persona.commands
        if filtered == "json" and persona.json_commands is not None:
            table, filtered = persona.json_commands, None
        try:
            handler, arguments = table.find(command)
            output = handler(self, arguments)
            if filtered is not None:
                output = self._filter(output, filtered, line.find("|") + 2)
        except CommandError as error:
            return persona.complaint(error, line, prompt)
        local = self.device.now().astimezone(self.device.view.time_zone)
        return [*persona.heading(local, command), *output]

    def _split(self, line: str) -> tuple[str, str | None]:
        """A command line as command and what its output goes through."""
        return pipes.split(line)

    def _filter(self, output: list[str], filtered: str, column: int) -> list[str]:
        """What is left of an output to print. Raises `CommandError` for a filter that is none."""
        return pipes.apply(output, filtered, column)

    # --- configuration mode

    def _is_configure(self, words: list[str]) -> bool:
        """`configure terminal`, abbreviated or not; some need no second word."""
        first, *rest = words
        if not "configure".startswith(first) or len(first) < len("conf"):
            return False
        if not rest:
            return self.device.persona.bare_configure
        return len(rest) == 1 and "terminal".startswith(rest[0])

    def enter_configuration(self) -> list[str]:
        """Go into configuration mode; what the OS prints then."""
        candidate = self.device.persona.candidate
        tree = self.device.running.copy() if candidate else self.device.running
        self._editor = Editor(tree)
        self._entered, self._pending = [], []
        return list(self.device.persona.entering)

    def _leave_configuration(self) -> None:
        self._editor = None
        self._entered, self._pending = [], []

    def _is_control(self, line: str) -> bool:
        words = {"end", "exit", "abort", "commit", "root", "clear"}
        known = words if self.device.persona.candidate else {"end", "exit"}
        return line in known

    def _control(self, word: str) -> list[str]:
        editor = self._editor
        if editor is None:
            return []
        if word == "exit" and editor.leave():
            return []
        if word in ("end", "exit"):
            if self._pending:
                self._question = True
            else:
                self._leave_configuration()
        elif word == "abort":
            self._leave_configuration()
        elif word == "root":
            editor.path = ()
        elif word == "clear":
            self.enter_configuration()
        elif word == "commit":
            self._commit()
        return []

    def _answer(self, word: str) -> list[str]:
        self._question = False
        if word in ("yes", "y"):
            self._commit()
        if word in ("yes", "y", "no", "n"):
            self._leave_configuration()
        return []

    def _configure(self, editor: Editor, line: str, prompt: str) -> list[str]:
        text = line.strip()
        if text.lower().startswith("do "):
            return self._execute(text[3:], prompt)
        if text.lower().startswith("show ") and self.device.persona.show_in_configuration:
            return self._execute(text, prompt)
        version, path = editor.tree.version, editor.path
        try:
            editor.enter(line)
        except LineRejected as error:
            if error.words is not None:
                return [error.words]
            return self.device.persona.complaint(CommandError(error.kind), line, prompt)
        if self.device.persona.candidate:
            self._entered.append((path, line))
            if editor.tree.version != version or editor.in_banner or editor.path != path:
                self._pending.append((path, line))
        else:
            self._changed()
        return []

    def _commit(self) -> None:
        """Replay the lines of this session over what runs now: another session may have committed.

        What a session entered and took back again changes nothing.
        """
        replay(self.device.running, self._pending)
        self._pending = []
        self._changed()
        if self._editor is not None:
            path = self._editor.path
            self._editor = Editor(self.device.running.copy())
            self._editor.path = path

    def _changed(self) -> None:
        """Let the device read its configuration now, so that the time of the change is right."""
        _ = self.device.view


def terminal(context: Context) -> Shell:
    """The session that a command was typed in. Raises `TypeError` for a context that is none."""
    if not isinstance(context, Shell):
        raise TypeError(f"{context.device.name}: the command needs a terminal")
    return context


def open_shell(device: Device, fabric: Fabric, user: str = "netmod") -> Shell:
    """A session on a device, in the shell of its persona."""
    return (device.persona.shell or Shell)(device, fabric, user)


def replay(tree: ConfigTree, lines: list[tuple[Path, str]]) -> None:
    """Enter lines at the paths where they were typed; what another session removed is skipped."""
    editor = Editor(tree)
    for path, line in lines:
        try:
            if not editor.in_banner:
                tree.node(path)
                editor.path = path
            editor.enter(line)
        except (LineRejected, KeyError):
            continue


def _typed(line: str) -> str:
    """A line as the terminal's editor leaves it: backspaces applied."""
    kept: list[str] = []
    for character in line:
        if character in "\x08\x7f":
            del kept[-1:]
        elif character >= " " or character == "\t":
            kept.append(character)
    return "".join(kept)


def _text(lines: list[str]) -> str:
    return "".join(line.replace("\n", "\r\n") + "\r\n" for line in lines)
