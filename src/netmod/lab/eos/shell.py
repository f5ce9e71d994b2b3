"""The command line of EOS, at the terminal and behind eAPI.

Both run the same `run`: the terminal turns what it raises into words, eAPI into error codes.
"""

from __future__ import annotations

import json

from netmod.lab import pipes
from netmod.lab.commands import CommandError, Context
from netmod.lab.editor import Editor
from netmod.lab.eos import sessions, system
from netmod.lab.eos.authorization import permits
from netmod.lab.eos.sessions import ConfigSession, Refused
from netmod.lab.shell import Reply, Shell
from netmod.lab.statements import LineRejected

UNCONVERTED = "This is an unconverted command"
_PROMPT_LETTERS = 6


class Unconverted(Exception):
    """A command that has no JSON."""


class Denied(Exception):
    """A command that the user's role does not permit."""


class EosShell(Shell):
    """One session on one EOS device; it may stand in a configuration session."""

    _session: ConfigSession | None = None
    _closing = False

    @property
    def prompt(self) -> str:
        """The prompt of this moment; it shows six letters of a session's name."""
        mode = self._editor.prompt if self._editor else ""
        if mode and self._session is not None:
            rest = mode.removeprefix("config")
            mode = f"config-s-{self._session.name[:_PROMPT_LETTERS]}{rest}"
        return self.device.persona.prompt(self.device.hostname, mode)

    @property
    def session(self) -> ConfigSession:
        """The configuration session that this one stands in. Raises `Refused`."""
        if self._session is None:
            raise Refused("Not currently in a configuration session")
        return self._session

    def _line(self, line: str) -> Reply:
        prompt = self.prompt
        try:
            output = self.run(line)
        except CommandError as error:
            output = self.device.persona.complaint(error, line, prompt)
        except Refused as error:
            output = [f"% {words}" for words in error.words]
        except Denied:
            output = [f"% Authorization denied for command '{line.strip()}'"]
        except Unconverted:
            output = json.dumps({"errors": [UNCONVERTED]}, indent=4).splitlines()
        shown = "".join(one.replace("\n", "\r\n") + "\r\n" for one in output)
        closes = self._closing
        return Reply(line, line + "\r\n", shown, "" if closes else self.prompt, closes)

    def run(self, line: str, *, exact: bool = False) -> list[str]:
        """Do what one line says and return its output.

        `exact` takes no abbreviations. Raises `CommandError`, `Refused`, `Denied`, `Unconverted`.
        """
        _ = self.device.view  # what was due until now has happened
        self._leave_what_is_over()
        if self._editor is not None and self._editor.in_banner:
            self._editor.enter(line)
            _ = self.device.view
            return []
        command = line.partition("|")[0].strip()
        if not permits(self.device, self.user, command, configuring=self.configuring):
            raise Denied
        if self._editor is None:
            return self._operate(line, exact=exact)
        return self._configure_line(self._editor, line.strip(), exact=exact)

    @property
    def configuring(self) -> bool:
        """Whether a line is one of configuration."""
        return self._editor is not None

    @property
    def in_banner(self) -> bool:
        """Whether lines are text until the word that ends it."""
        return self._editor is not None and self._editor.in_banner

    def _leave_what_is_over(self) -> None:
        """Leave a session that somebody else committed or threw away."""
        session = self._session
        if session is not None:
            known = sessions.tree_of(self.device).sessions.get(session.name)
            if known is not session or session.state != "pending":
                self._leave_configuration()

    def _leave_configuration(self) -> None:
        super()._leave_configuration()
        self._session = None

    # --- exec mode

    def _operate(self, line: str, *, exact: bool) -> list[str]:
        text = line.strip()
        words = text.lower().split()
        if not words or text.startswith("!"):
            return []
        if words in (["exit"], ["quit"], ["logout"]):
            self._closing = True
            return []
        if self._enters(words, text, exact=exact):
            return []
        return self._command(line, exact=exact)

    def _enters(self, words: list[str], text: str, *, exact: bool) -> bool:
        """`configure [terminal]` and `configure session [NAME]`: whether it was one."""
        first, *rest = words
        if first != "configure" and (exact or len(first) < 4 or not "configure".startswith(first)):
            return False
        if not rest or (len(rest) == 1 and "terminal".startswith(rest[0])):
            self._editor, self._session = Editor(self.device.running), None
        elif len(rest) <= 2 and "session".startswith(rest[0]):
            name = text.split()[2] if len(rest) == 2 else None
            self._session = sessions.enter(self.device, name, self.user)
            self._editor = Editor(self._session.tree)
        else:
            return False
        return True

    def _command(self, line: str, *, exact: bool) -> list[str]:
        command, filtered = pipes.split(line)
        persona = self.device.persona
        handler, arguments = persona.commands.find(command, exact=exact)
        if filtered == "json" and persona.json_commands is not None:
            try:
                handler, arguments = persona.json_commands.find(command)
            except CommandError:
                raise Unconverted from None
            return handler(self, arguments)
        output = handler(self, arguments)
        if filtered is None:
            return output
        return pipes.apply(output, filtered, line.index("|") + 2)

    # --- configuration mode

    def _configure_line(self, editor: Editor, text: str, *, exact: bool) -> list[str]:
        words = text.lower().split()
        if words in (["exit"], ["end"]):
            if words == ["end"] or not editor.leave():
                self._leave_configuration()
            return []
        if self._session is not None and self._of_session(words):
            return []
        if words[:1] == ["do"]:
            return self._operate(text[3:], exact=exact)
        if words[:1] == ["show"]:
            return self._command(text, exact=exact)
        if exact:
            self._check_whole_word(editor, text)
        try:
            editor.enter(text)
        except LineRejected as error:
            if error.words is not None:
                raise Refused(error.words.removeprefix("% ")) from None
            return self._command_or(error, text, exact=exact)
        _ = self.device.view
        return []

    def _command_or(self, error: LineRejected, text: str, *, exact: bool) -> list[str]:
        """Exec commands are commands in configuration mode, too."""
        try:
            return self._command(text, exact=exact)
        except CommandError:
            raise CommandError(error.kind) from None

    def _of_session(self, words: list[str]) -> bool:
        """`commit`, `commit timer`, `abort` and `rollback clean-config`: whether it was one."""
        device, name = self.device, self.session.name
        if words == ["commit"]:
            sessions.commit(device, name, self.user)
        elif words[:2] == ["commit", "timer"] and len(words) == 3:
            sessions.commit(device, name, self.user, sessions.span_of(words[2]))
        elif words == ["abort"]:
            sessions.abort(device, name)
        elif words == ["rollback", "clean-config"]:
            sessions.rollback_clean(self.session)
            return True
        else:
            return False
        self._leave_configuration()
        return True

    @staticmethod
    def _check_whole_word(editor: Editor, text: str) -> None:
        """Raises `CommandError` for a first word that is the beginning of one only."""
        word = text.removeprefix("no ").lstrip().partition(" ")[0].lower()
        grammar, tree = editor.tree.grammar, editor.tree
        modes = [tree.node(editor.path[:depth]).mode for depth in range(len(editor.path) + 1)]
        known = [grammar.modes[mode or grammar.root] for mode in modes]
        if any(mode.words is None for mode in known[-1:]) or not word:
            return
        words = frozenset[str]().union(*(mode.first_words for mode in known))
        if word not in words and any(one.startswith(word) for one in words):
            raise CommandError("partial", len(text) - len(text.removeprefix("no ")))


# --- commands that stand in the table


def commit(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure session NAME commit`."""
    sessions.commit(context.device, arguments[0], _user(context))
    return []


def commit_timer(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure session NAME commit timer HH:MM:SS`."""
    span = sessions.span_of(arguments[1])
    sessions.commit(context.device, arguments[0], _user(context), span)
    return []


def abort(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`configure session NAME abort`."""
    sessions.abort(context.device, arguments[0])
    return []


def _user(context: Context) -> str:
    return context.user if isinstance(context, EosShell) else ""


def session_config(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show session-config [named NAME]`."""
    session = _session(context, arguments)
    return system.config(context, f"session-config named {session.name}", session.tree)


def session_sanitized(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show session-config named NAME sanitized`."""
    return system.sanitized(session_config(context, arguments))


def session_diffs(context: Context, arguments: tuple[str, ...]) -> list[str]:
    """`show session-config [named NAME] diffs`."""
    return sessions.diffs(context.device, _session(context, arguments))


def _session(context: Context, arguments: tuple[str, ...]) -> ConfigSession:
    if arguments:
        return sessions.named(context, arguments[0])
    if not isinstance(context, EosShell):
        raise Refused("Not currently in a configuration session")
    return context.session
