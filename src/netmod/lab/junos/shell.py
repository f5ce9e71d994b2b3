"""The command line of Junos: operational and configuration mode."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import timedelta

from netmod.lab.commands import CommandError
from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.junos import pipes
from netmod.lab.junos.database import Database, Fault
from netmod.lab.junos.loading import LoadProblem, load_set, load_text
from netmod.lab.junos.statements import StatementError, Step, paths, tokens, unquoted
from netmod.lab.junos.tree import (
    braces,
    delete_statement,
    named,
    part,
    set_lines,
    set_statement,
)
from netmod.lab.netconf_xml import RpcError
from netmod.lab.shell import Reply, Shell
from netmod.lab.statements import Statement

_DEFAULT_MINUTES = 10
_LONGEST_MINUTES = 65535
_LEFT = "Exiting configuration mode"
_CHANGED = "The configuration has been changed but not committed"
_END_OF_TEXT = "\x04"
_LOADS = ("merge", "replace", "override", "update", "set")
_NO_SESSION = 0
_QUESTION = "Exit with uncommitted changes? [yes,no] (yes) "


class JunosShell(Shell):
    """One session on one Junos device; the candidate is that of all sessions."""

    _configuring = False
    _level: tuple[str, ...] = ()

    def __init__(self, device: Device, fabric: Fabric, user: str = "netmod") -> None:
        super().__init__(device, fabric, user)
        self._database = Database(device)
        self._loading: str | None = None

    @property
    def prompt(self) -> str:
        """The prompt of this moment, with the line above it."""
        hostname = f"{self.user}@{self.device.hostname}"
        if self._question:
            return _QUESTION
        if not self._configuring:
            return f"\r\n{hostname}> "
        trial, pending = self._database.tree.commits.trial, ""
        if trial is not None:
            left = math.ceil((trial.deadline - self.device.lab_now()).total_seconds() / 60)
            pending = f"# commit confirmed will be rolled back in {left} minutes\r\n"
        level = " ".join(("edit", *self._level))
        return f"\r\n{pending}[{level}]\r\n{hostname}# "

    def greet(self) -> str:
        """What the device writes when a session opens."""
        version = self.device.persona.version
        return f"--- JUNOS {version} Kernel 64-bit\r\n{self.prompt.lstrip()}"

    def receive(self, text: str) -> Iterator[Reply]:
        """Take what was typed; behind `load … terminal` all until `^D` is one text."""
        self._buffer += text.replace("\x00", "")
        while True:
            if self._loading is None:
                reply = next(super().receive(""), None)
            elif _END_OF_TEXT in self._buffer:
                reply = self._load(self._loading)
            else:
                return
            if reply is None:
                return
            yield reply

    def answer(self, command: str) -> list[str]:
        """What an operational command prints, as one that is asked for by NETCONF."""
        return self._run(command, 0)

    def _interrupt(self, key: str) -> Reply:
        return Reply("", "^Z" if key == "\x1a" else "^C", "", self.prompt)

    def _line(self, line: str) -> Reply:
        _ = self.device.view  # what was due until now has happened
        text, closes = line.strip(), False
        column = len(self.prompt.rpartition("\n")[2])
        if self._question:
            output = self._answer(text)
        elif not text or text.startswith("#"):
            output = []
        elif not self._configuring and text in ("exit", "quit"):
            output, closes = [], True
        else:
            output = self._run(line, column)
        shown = "".join(one + "\r\n" for one in output)
        return Reply(line, line + "\r\n", shown, "" if closes else self.prompt, closes)

    def _run(self, line: str, column: int) -> list[str]:
        try:
            command, filters = pipes.split(line)
            if self._configuring:
                return self._edit_line(command, filters, column)
            return self._operate(command, filters)
        except pipes.FilterError:
            return [" " * (column + line.find("|") + 2) + "^", "syntax error."]
        except CommandError as error:
            at = error.column + line.find(line.strip())
            if error.kind == "invalid" and not line[: error.column].strip():
                return [" " * (column + at) + "^", "unknown command."]
            if error.kind == "ambiguous":
                word = line[error.column :].split(maxsplit=1)[0]
                return [" " * (column + at) + "^", f"'{word}' is ambiguous."]
            words = "missing argument." if error.kind == "incomplete" else "syntax error."
            return [" " * (column + at) + "^", words]
        except RpcError as error:
            return [f"error: {error.message}"]
        except StatementError as error:
            starts = [start for start, _ in tokens(line)]
            index = error.index + 1 - len(self._words_above())
            at = starts[index] if index < len(starts) else len(line)
            words = "missing argument." if error.kind == "missing" else "syntax error."
            return [" " * (column + at) + "^", words]

    # --- operational mode

    def _operate(self, command: str, filters: list[list[str]]) -> list[str]:
        words = command.split()
        if words and len(words[0]) > 3 and "configure".startswith(words[0]) and len(words) == 1:
            self._check_lock()
            self._configuring, self._level = True, ()
            changed = self._database.is_changed()
            return ["Entering configuration mode", *([_CHANGED] if changed else [])]
        if len(words) > 1 and words[0] == "show" and _is_configuration(words[1]):
            return self._show(self._database.tree.root, words[2:], filters)
        handler, arguments = self.device.persona.commands.find(command)
        return pipes.apply(handler(self, arguments), filters)

    def _show(self, root: Statement, words: list[str], filters: list[list[str]]) -> list[str]:
        """A part of a configuration, in braces or as `set` lines."""
        node, above = root, "set"
        if words:
            path = self._path(words)
            texts = tuple(step.text for step in path)
            found = part(root, texts[:-1]) or Statement("")
            names = named(found, texts[-1]) if path[-1].partial else texts[-1:]
            chosen = {text: found.children[text] for text in names if text in found.children}
            node, above = Statement("", None, chosen), " ".join(["set", *texts[:-1]])
            only = chosen.get(texts[-1])
            if only is not None and only.children and path[-1].kind != "list":
                node, above = only, " ".join(["set", *texts])
        if filters[:1] == [["display", "set"]]:
            return pipes.apply(list(set_lines(node, above)), filters[1:])
        return pipes.apply(braces(node), filters)

    @staticmethod
    def _path(words: list[str]) -> list[Step]:
        return next(paths(words, partial=True))

    # --- configuration mode

    def _check_lock(self) -> None:
        """Raises `RpcError` where a NETCONF session edits alone."""
        self._database.locks.check("candidate", _NO_SESSION)

    def _words_above(self) -> list[str]:
        return [word for text in self._level for _, word in tokens(text)]

    def _edit_line(self, command: str, filters: list[list[str]], column: int) -> list[str]:
        name, *words = [word for _, word in tokens(command)]
        simple: dict[str, Callable[[list[str]], list[str]]] = {
            "set": self._set,
            "delete": self._delete,
            "edit": self._edit,
            "up": self._up,
            "top": self._top,
            "rollback": self._rollback,
            "load": self._begin_load,
            "commit": self._commit_command,
            "exit": self._exit,
            "quit": self._exit,
        }
        if name == "run":
            return self._operate(command.partition(" ")[2], filters)
        if name == "show":
            return self._show_candidate(words, filters)
        found = [one for one in simple if one.startswith(name)] if name not in simple else [name]
        if len(found) != 1:
            return [" " * column + "^", "unknown command."]
        return pipes.apply(simple[found[0]](words), filters)

    def _show_candidate(self, words: list[str], filters: list[list[str]]) -> list[str]:
        if filters[:1] and filters[0][0] == "compare":
            number = 0
            if filters[0][1:]:
                if filters[0][1] != "rollback" or not filters[0][-1].isdigit():
                    raise pipes.FilterError
                number = int(filters[0][-1])
            difference = self._database.compare(number)
            if difference is None:
                return [_no_rollback(number)]
            return pipes.apply(difference, filters[1:])
        return self._show(self._database.candidate, [*self._words_above(), *words], filters)

    def _edited(self) -> Statement:
        self._check_lock()
        return self._database.edited()

    def _set(self, words: list[str]) -> list[str]:
        set_statement(self._edited(), [*self._words_above(), *words])
        return []

    def _delete(self, words: list[str]) -> list[str]:
        if not words and not self._level:
            raise StatementError("missing", 0)
        found = delete_statement(self._edited(), [*self._words_above(), *words])
        return [] if found else ["warning: statement not found"]

    def _edit(self, words: list[str]) -> list[str]:
        path = self._path([*self._words_above(), *words])
        if not words or path[-1].kind in ("value", "flag", "list") or path[-1].partial:
            raise StatementError("missing" if not words else "syntax", len(self._words_above()))
        self._level = tuple(step.text for step in path)
        return []

    def _up(self, _: list[str]) -> list[str]:
        self._level = self._level[:-1]
        return []

    def _top(self, words: list[str]) -> list[str]:
        self._level = ()
        return self._edit_line(" ".join(words), [], 0) if words else []

    def _exit(self, words: list[str]) -> list[str]:
        if self._level and not words:
            return self._up(words)
        if self._database.is_changed():
            self._question = True
            return [_CHANGED]
        return self._leave()

    def _leave(self) -> list[str]:
        self._configuring, self._level = False, ()
        return [_LEFT]

    def _answer(self, word: str) -> list[str]:
        self._question = False
        return [""] if word.lower() in ("no", "n") else self._leave()

    # --- commits

    def _rollback(self, words: list[str]) -> list[str]:
        if words and not words[0].isdigit():
            raise StatementError("syntax", len(self._words_above()))
        number = int(words[0]) if words else 0
        self._check_lock()
        if not self._database.rollback(number):
            return [_no_rollback(number)]
        return ["load complete"]

    def _begin_load(self, words: list[str]) -> list[str]:
        """`load merge|replace|override|update|set terminal`."""
        if len(words) != 2 or words[0] not in _LOADS or words[1] != "terminal":
            raise StatementError("missing" if len(words) < 2 else "syntax", len(words) - 1)
        self._check_lock()
        self._loading = words[0]
        return ["[Type ^D at a new line to end input]"]

    def _load(self, action: str) -> Reply:
        text, _, self._buffer = self._buffer.partition(_END_OF_TEXT)
        self._loading = None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        problems = load(self._database, text, action)
        wrong = sum(one.severity == "error" for one in problems)
        lines = [f"terminal:{one.line}: {one.message}: {one.element}" for one in problems]
        lines.append(f"load complete ({wrong} errors)" if wrong else "load complete")
        shown = "".join(line + "\r\n" for line in lines)
        return Reply("", text.replace("\n", "\r\n"), shown, self.prompt)

    def _commit_command(self, words: list[str]) -> list[str]:
        """`commit [check] [confirmed [N]] [comment TEXT] [and-quit]`."""
        minutes, index, remark = None, 0, ""
        check = and_quit = False
        while index < len(words):
            word, following = words[index], words[index + 1 : index + 2]
            if word == "confirmed":
                minutes = _DEFAULT_MINUTES
                if following and following[0].isdigit():
                    minutes, index = int(following[0]), index + 1
            elif word == "comment" and following:
                remark, index = unquoted(following[0]), index + 1
            elif word == "check":
                check = True
            elif word == "and-quit":
                and_quit = True
            else:
                raise StatementError("syntax", index + len(self._words_above()))
            index += 1
        if minutes is not None and not 1 <= minutes <= _LONGEST_MINUTES:
            return [f"error: Value {minutes} is not within range (1..{_LONGEST_MINUTES})"]
        self._check_lock()
        if check:
            wrong = self._database.check()
            return _refused(wrong) if wrong else ["configuration check succeeds"]
        wait = timedelta(minutes=minutes) if minutes else None
        wrong = self._database.commit(self.user, "cli", wait=wait, comment=remark)
        if wrong:
            return _refused(wrong)
        confirmed = (
            "commit confirmed will be automatically rolled back in "
            f"{minutes} minutes unless confirmed"
        )
        return [
            *([confirmed] if minutes else []),
            "commit complete",
            *(self._leave() if and_quit else []),
        ]


def load(database: Database, text: str, action: str) -> list[LoadProblem]:
    """Load a text as one of the actions of `load`; statements that are wrong are left out."""
    if action == "set":
        return load_set(database.edited(), text)
    if action in ("override", "update"):
        root = Statement("", "global")
        problems = load_text(root, text, "merge")
        database.replace(root)
        return problems
    return load_text(database.edited(), text, "replace" if action == "replace" else "merge")


def _refused(wrong: list[Fault]) -> list[str]:
    lines: list[str] = []
    for path, statement, reason in wrong:
        lines += [f"[edit {' '.join(path)}]", f"  '{statement}'", f"    {reason}"]
    return [*lines, "error: configuration check-out failed"]


def _is_configuration(word: str) -> bool:
    return len(word) > 3 and "configuration".startswith(word)


def _no_rollback(number: int) -> str:
    return f"error: rollback {number} does not exist"
