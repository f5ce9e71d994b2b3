"""The command line of Junos: operational and configuration mode."""

from __future__ import annotations

import math
from collections.abc import Callable

from netmod.lab.commands import CommandError
from netmod.lab.config_tree import Statement
from netmod.lab.junos import pipes
from netmod.lab.junos.reading import faults
from netmod.lab.junos.statements import StatementError, Step, paths, tokens
from netmod.lab.junos.tree import (
    JunosTree,
    braces,
    compare,
    delete_statement,
    named,
    part,
    set_lines,
    set_statement,
)
from netmod.lab.shell import Reply, Shell

_DEFAULT_MINUTES = 10
_LONGEST_MINUTES = 65535
_LEFT = "Exiting configuration mode"
_CHANGED = "The configuration has been changed but not committed"
_QUESTION = "Exit with uncommitted changes? [yes,no] (yes) "


class JunosShell(Shell):
    """One session on one Junos device; the candidate is that of all sessions."""

    _configuring = False
    _level: tuple[str, ...] = ()

    @property
    def _tree(self) -> JunosTree:
        tree = self.device.running
        if not isinstance(tree, JunosTree):
            raise TypeError(f"{self.device.name} is no Junos device")
        return tree

    @property
    def _candidate(self) -> Statement:
        """The candidate; what it changes is uncommitted."""
        return self._tree.commits.candidate or self._tree.root

    @property
    def prompt(self) -> str:
        """The prompt of this moment, with the line above it."""
        hostname = f"{self.user}@{self.device.hostname}"
        if self._question:
            return _QUESTION
        if not self._configuring:
            return f"\r\n{hostname}> "
        deadline, pending = self._tree.commits.deadline, ""
        if deadline is not None:
            left = math.ceil((deadline - self.device.lab_now()).total_seconds() / 60)
            pending = f"# commit confirmed will be rolled back in {left} minutes\r\n"
        level = " ".join(("edit", *self._level))
        return f"\r\n{pending}[{level}]\r\n{hostname}# "

    def greet(self) -> str:
        """What the device writes when a session opens."""
        version = self.device.persona.version
        return f"--- JUNOS {version} Kernel 64-bit\r\n{self.prompt.lstrip()}"

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
            self._configuring, self._level = True, ()
            return ["Entering configuration mode", *([_CHANGED] if self._is_changed() else [])]
        if len(words) > 1 and words[0] == "show" and _is_configuration(words[1]):
            return self._show(self._tree.root, words[2:], filters)
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

    def _is_changed(self) -> bool:
        candidate = self._tree.commits.candidate
        return candidate is not None and any(compare(self._tree.root, candidate))

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
            old = self._committed(number)
            if old is None:
                return [_no_rollback(number)]
            return pipes.apply(list(compare(old, self._candidate)), filters[1:])
        return self._show(self._candidate, [*self._words_above(), *words], filters)

    def _edited(self) -> Statement:
        commits = self._tree.commits
        if commits.candidate is None:
            commits.candidate = self._tree.root.copy()
        return commits.candidate

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
        if self._is_changed():
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

    def _committed(self, number: int) -> Statement | None:
        history = [self._tree.root, *self._tree.commits.history]
        return history[number] if number < len(history) else None

    def _rollback(self, words: list[str]) -> list[str]:
        if words and not words[0].isdigit():
            raise StatementError("syntax", len(self._words_above()))
        number = int(words[0]) if words else 0
        chosen = self._committed(number)
        if chosen is None:
            return [_no_rollback(number)]
        self._tree.commits.candidate = chosen.copy() if number else None
        return ["load complete"]

    def _commit_command(self, words: list[str]) -> list[str]:
        """`commit [check] [confirmed [N]] [comment TEXT] [and-quit]`."""
        minutes, index = None, 0
        check = and_quit = False
        while index < len(words):
            word, following = words[index], words[index + 1 : index + 2]
            if word == "confirmed":
                minutes = _DEFAULT_MINUTES
                if following and following[0].isdigit():
                    minutes, index = int(following[0]), index + 1
            elif word == "comment" and following:
                index += 1
            elif word == "check":
                check = True
            elif word == "and-quit":
                and_quit = True
            else:
                raise StatementError("syntax", index + len(self._words_above()))
            index += 1
        if minutes is not None and not 1 <= minutes <= _LONGEST_MINUTES:
            return [f"error: Value {minutes} is not within range (1..{_LONGEST_MINUTES})"]
        wrong = self._faults()
        if wrong:
            return [*wrong, "error: configuration check-out failed"]
        if check:
            return ["configuration check succeeds"]
        return self._put_in_force(minutes, and_quit=and_quit)

    def _put_in_force(self, minutes: int | None, *, and_quit: bool) -> list[str]:
        self._tree.commit(self.device.lab_now(), minutes=minutes)
        _ = self.device.view  # the ports that this changed are marked with this moment
        if minutes is None:
            self.device.save()
        confirmed = (
            "commit confirmed will be automatically rolled back in "
            f"{minutes} minutes unless confirmed"
        )
        return [
            *([confirmed] if minutes else []),
            "commit complete",
            *(self._leave() if and_quit else []),
        ]

    def _faults(self) -> list[str]:
        lines: list[str] = []
        for path, statement, reason in faults(self._candidate):
            lines += [f"[edit {' '.join(path)}]", f"  '{statement}'", f"    {reason}"]
        return lines


def _is_configuration(word: str) -> bool:
    return len(word) > 3 and "configuration".startswith(word)


def _no_rollback(number: int) -> str:
    return f"error: rollback {number} does not exist"
