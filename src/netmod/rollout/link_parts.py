"""One end of a link on its way to encryption: what of a config is the link's, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netmod.drift import compare
from netmod.rollout.link_dialects import (
    DIALECTS,
    Binding,
    Dialect,
    Path,
    Tree,
    at,
    binding_of,
    language_of,
    lines_of,
    named,
    names_in,
    port_section,
    put,
)
from netmod.rollout.observations import same_name

_JUNOS_PORTS = ("security", "macsec", "interfaces")
_SECRET_WORD = "cak"  # noqa: S105 a keyword of Junos


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """One end of a link on its way.

    `running` is the device's whole config, redacted. `relaxed` and `intended` are the link's part
    of it, should-secure (with a policy of the link's own, `own`, where policies are shared) and as
    it is to be. `copy` is the name for a copy of the policy that runs. `keep` are the policies and
    profiles that some link is to have. `secured` is whether the end encrypts now, `ckn` the key
    that it runs on.
    """

    device: str
    platform: str
    ports: tuple[str, ...]
    running: Tree
    relaxed: Tree
    intended: Tree
    own: str
    copy: str
    keep: frozenset[str] = frozenset()
    secured: bool = False
    ckn: str | None = None

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.platform]

    @property
    def words(self) -> bool:
        return language_of(self.platform).words

    @property
    def bindings(self) -> tuple[Binding | None, ...]:
        """How each port is bound now."""
        return tuple(binding_of(self.running, self.dialect, port) for port in self.ports)

    @property
    def bound(self) -> bool:
        return any(one is not None for one in self.bindings)

    @property
    def must(self) -> bool:
        """Whether any port stops what is not encrypted."""
        return any(one is not None and one.must for one in self.bindings)


def port_path(end: LinkEnd, port: str) -> Path:
    return port_section(end.running, end.dialect, port)


def all_ports(end: LinkEnd) -> Iterator[Path]:
    if end.words:
        yield from ((*_JUNOS_PORTS, name) for name in at(end.running, _JUNOS_PORTS) or {})
    else:
        yield from ((text,) for text in end.running if text.startswith("interface "))


def port_name(end: LinkEnd, section: Path) -> str:
    return section[-1] if end.words else section[-1].removeprefix("interface ")


def definitions(tree: Tree) -> Tree:
    """A part without its ports."""
    if "security" in tree:
        macsec = at(tree, ("security", "macsec")) or {}
        kept = {text: below for text, below in macsec.items() if text != "interfaces"}
        return {"security": {"macsec": kept}} if kept else {}
    return {text: below for text, below in tree.items() if not text.startswith("interface ")}


def ports_part(end: LinkEnd, tree: Tree) -> Tree:
    """The ports of a part, each in the spelling of the running config and in a safe order."""
    part: Tree = {}
    if end.words:
        put(part, _JUNOS_PORTS, at(tree, _JUNOS_PORTS) or {})
        return part
    for text, below in tree.items():
        if text.startswith("interface "):
            section = port_path(end, text.removeprefix("interface "))
            put(part, section, {line: below[line] for line in in_order(end, below)})
    return part


def in_order(end: LinkEnd, lines: Iterable[str]) -> list[str]:
    """Enforcement first and MACsec itself last: must-secure is what holds without a statement."""
    starts = ("macsec", "macsec network-link")
    enforcement = (*end.dialect.relaxed, *end.dialect.strict)
    return sorted(lines, key=lambda one: (one not in enforcement) + (one in starts))


def defined(end: LinkEnd, tree: Tree) -> Iterator[Path]:
    """The paths of the chains and policies that a part defines."""
    for section in (end.dialect.chain, end.dialect.policy):
        if section is not None:
            yield from (named(section, name) for name in names_in(tree, section))


def sections(end: LinkEnd, part: Tree) -> list[Path]:
    """The ports' sections of a part."""
    if end.words:
        return [(*_JUNOS_PORTS, name) for name in at(part, _JUNOS_PORTS) or {}]
    return [(text,) for text in part]


def scope(end: LinkEnd, *, defined_only: bool = False, ports_only: bool = False) -> Tree:
    """What runs of the link: its definitions and its ports, or one of the two."""
    found: Tree = {}
    if not ports_only:
        for path in (*defined(end, end.relaxed), *defined(end, end.intended)):
            section = at(end.running, path)
            if section is not None:
                put(found, path, section)
    if not defined_only:
        for path in sections(end, ports_part(end, end.intended)):
            lines = at(end.running, path) or {}
            own = {text: lines[text] for text in lines if end.dialect.port_line.match(text)}
            if own:
                put(found, path, own)
    return found


def differences(end: LinkEnd, wanted: Tree, had: Tree) -> tuple[Tree, list[Path]]:
    """What of `wanted` is not in `had`, and the paths in `had` that `wanted` does not have."""
    if not had:
        return wanted, []
    if not wanted:
        return {}, [(text,) for text in had]
    if end.words:
        return _differences_of_words(wanted, had)
    intended, running = (
        "\n".join([*lines_of(one, words=False), "end", ""]) for one in (wanted, had)
    )
    additions: Tree = {}
    extra: list[Path] = []
    for one in compare(intended, running, language_of(end.platform)).differences:
        for line in one.intended:
            if not line.startswith(" "):
                path = (*one.section, line)
                put(additions, path, at(wanted, path) or {})
        if one.change == "extra":
            extra += [(*one.section, line) for line in one.running if not line.startswith(" ")]
    return additions, extra


def _differences_of_words(wanted: Tree, had: Tree) -> tuple[Tree, list[Path]]:
    """The same where each level is a word; a value takes the place of another."""
    additions: Tree = {}
    mine, theirs = list(_leaves(wanted)), list(_leaves(had))
    for path in mine:
        known = path in theirs or (
            path[-2] == _SECRET_WORD and any(one[:-1] == path[:-1] for one in theirs)
        )
        if not known:
            put_leaf(additions, path)
    heads = {path[:-1] for path in mine}
    presence = {path[:-1] for path in theirs if path[-1] in ("must-secure", "should-secure")}
    extra = [
        path
        for path in theirs
        if path not in mine and (path[:-1] not in heads or path[:-1] in presence)
    ]
    return additions, extra


def put_leaf(tree: Tree, path: Path) -> None:
    """Add one leaf and what leads to it."""
    for text in path:
        tree = tree.setdefault(text, {})


def _leaves(tree: Tree, path: Path = ()) -> Iterator[Path]:
    for text, below in tree.items():
        if below:
            yield from _leaves(below, (*path, text))
        else:
            yield (*path, text)


def in_use(end: LinkEnd, path: Path) -> bool:
    """Whether a statement is the key that the end runs on, or part of it: it is never deleted.

    Where it is not known which key that is, it may be any.
    """
    if end.words:
        return end.secured and any(word in path for word in ("pre-shared-key", "fallback-key"))
    keys = [text for text in path if text.startswith("key ") and not text.startswith("key chain ")]
    if not end.secured or not keys:
        return False
    return end.ckn is None or any(same_name(text.split(" ")[1], end.ckn) for text in keys)
