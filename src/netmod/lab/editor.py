"""Line entry: what configuration mode does with each line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netmod.lab.grammar import Mode
from netmod.lab.statements import LineRejected, Path, Rejection

if TYPE_CHECKING:  # a tree takes its lines through an editor
    from netmod.lab.config_tree import ConfigTree


def _names(mode: Mode, text: str) -> bool:
    """Whether the mode knows the whole statement, not its first word alone."""
    pattern = mode.checked.get(text.split(" ", 1)[0], r"(?!)")
    return mode.opened_by(text) is not None or bool(re.fullmatch(pattern, text, re.IGNORECASE))


class Editor:
    """Line entry at one place of a tree: what configuration mode does with each line."""

    def __init__(self, tree: ConfigTree) -> None:
        self.tree = tree
        self.path: Path = ()
        self._banner: list[str] = []
        self._delimiter = ""

    @property
    def in_banner(self) -> bool:
        """Whether lines are text of a banner until its delimiter."""
        return bool(self._banner)

    @property
    def prompt(self) -> str:
        """What the OS shows in brackets here."""
        self._stay_on_ground()
        name = self.path[-1].rpartition(" ")[2] if self.path else ""
        short = self.tree.grammar.short_interface(name)
        return self._mode(self.path).prompt.replace("{name}", short)

    def leave(self) -> bool:
        """`exit`: one mode up; False where this was the global one."""
        if not self.path:
            return False
        self.path = self.path[:-1]
        return True

    def enter(self, line: str, *, climb: bool = True) -> Path:
        """Take one line and return the path at which the next one stands.

        `climb` lets a line that this mode does not know be one of the modes above, as an OS does
        at the terminal. Raises `LineRejected`.
        """
        if self._banner:
            self._banner_line(line)
            return self.path
        self._stay_on_ground()
        text = line.strip()
        if not text or text.startswith(self.tree.grammar.comment):
            return self.path
        if text in self.tree.grammar.closing_words:
            if (self._mode(self.path).closes or "").strip() == text:
                self.leave()
            return self.path
        negative = text.startswith("no ") or text == "no"
        body = text[3:].strip() if negative else text
        lowest = 0 if climb else len(self.path)
        word = body.split(" ", 1)[0]
        # What a mode above has by that very word is no abbreviation of a longer one of this mode.
        whole = any(
            word in self._mode(self.path[:depth]).first_words
            for depth in range(lowest, len(self.path) + 1)
        )
        strict = False  # a mode below has a statement of this word: those above must know it whole
        for depth in range(len(self.path), lowest - 1, -1):
            path = self.path[:depth]
            mode = self._mode(path)
            statement = self._normal(mode, body, whole=whole)
            known = statement.split(" ", 1)[0] in mode.checked
            taken = (negative and known) or self._accepts(mode, statement, climb=climb)
            if taken and not (strict and not _names(mode, body)):
                self._apply(path, mode, statement, negative=negative)
                return self.path
            strict = strict or known
        raise LineRejected(line, self._reason(body))

    def _apply(self, path: Path, mode: Mode, text: str, *, negative: bool) -> None:
        if negative:
            self.path = path
            self.tree.remove(path, text)
            if re.fullmatch(mode.negated, text) or re.fullmatch(mode.explicit, text):
                self.tree.store(path, f"no {text}", None)
            return
        banner = re.match(self.tree.grammar.banner, text)
        if banner and not path:
            self._begin_banner(text, banner)
            return
        objection = self.tree.grammar.objection(text)
        if objection is not None:
            raise LineRejected(text, words=objection)
        opened = mode.opened_by(text)
        if re.fullmatch(mode.explicit, text):
            self.tree.remove(path, f"no {text}")
        if re.fullmatch(mode.negated, text):
            self.tree.remove(path, f"no {text}")
        else:
            self.tree.store(path, text, opened)
        self.path = (*path, text) if opened else path

    def _stay_on_ground(self) -> None:
        """Go up to what still exists: another session may have removed the statement we are in."""
        while self.path:
            try:
                self.tree.node(self.path)
            except KeyError:
                self.path = self.path[:-1]
            else:
                return

    def _mode(self, path: Path) -> Mode:
        return self.tree.grammar.modes[self.tree.node(path).mode or self.tree.grammar.root]

    def _accepts(self, mode: Mode, text: str, *, climb: bool) -> bool:
        if mode.opened_by(text):
            return True
        word = text.split(" ", 1)[0]
        if word in mode.checked:
            return re.fullmatch(mode.checked[word], text, re.IGNORECASE) is not None
        if climb and mode.own is not None and not re.fullmatch(mode.own, text, re.IGNORECASE):
            return False
        if mode.words is None:
            root = self.tree.grammar.modes[self.tree.grammar.root]
            return not climb or mode.own is not None or root.opened_by(text) is None
        return word in mode.words

    def _normal(self, mode: Mode, text: str, *, whole: bool = False) -> str:
        """The statement as the OS keeps it: first word spelled out, interface names in full."""
        word, space, rest = text.partition(" ")
        if not whole and mode.words is not None and word not in mode.first_words:
            found = [one for one in mode.first_words if one.startswith(word)]
            word = found[0] if len(found) == 1 else word
        if word == "interface":
            rest = self.tree.grammar.full_interface(rest) or rest
        return word + space + rest

    def _reason(self, text: str) -> Rejection:
        """Why neither this mode nor one above knows a line."""
        word = text.split(" ", 1)[0]
        reason: Rejection = "invalid"
        for depth in range(len(self.path), -1, -1):
            mode = self._mode(self.path[:depth])
            statement = self._normal(mode, text)
            openers = {pattern.split(" ")[0] for pattern in mode.opens if " " in pattern}
            if statement in mode.checked or statement in openers:
                return "incomplete"
            found = [one for one in mode.first_words if one.startswith(word)]
            if len(found) > 1 and word not in found:
                reason = "ambiguous"
        return reason

    def _begin_banner(self, text: str, match: re.Match[str]) -> None:
        self._delimiter = match[1] or "EOF"
        if self._delimiter in text[match.end() :]:
            self.tree.store((), text, None)
        else:
            self._banner = [text]

    def _banner_line(self, line: str) -> None:
        self._banner.append(line)
        if self._delimiter in line:
            kind = " ".join(self._banner[0].split(" ")[:2])
            self.tree.remove((), kind)
            self.tree.store((), "\n".join(self._banner), None)
            self._banner = []
