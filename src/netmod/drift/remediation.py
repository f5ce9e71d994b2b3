"""Remediation: the commands that take running to intended, and what a human must do instead.

hier_config orders and negates. A safety layer above it withholds what could lock somebody out or
leave a moment without a key, and a simulation proves that the commands lead to the intended
config. What is not proved is left to a human. Nothing here is ever sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netmod.drift._identity import identity
from netmod.drift._junos_remediation import remediate_junos
from netmod.drift._proposal import TOUCHY, Command, Manual, Remediation, Risk, Why, not_proved
from netmod.drift._secrets import HIDDEN, PLACEHOLDER, unseen
from netmod.drift._sequences import sequence_commands
from netmod.drift._simulation import Refused, apply, copy
from netmod.drift.compare import Matching, compare, is_ordered, topic_of
from netmod.drift.model import Change, Difference
from netmod.evidence import redact
from netmod.platforms import ConfigLanguage, Statement, Topic

_LOCKS_OUT = re.compile(
    r"(?:\A|\n)(?:no )?(?:aaa|line|tacacs|radius|username|enable|ip ssh|ssh|login|hostname"
    r"|switchname|vty-pool|control-plane|access-class|transport|interface|vrf|ip access-list"
    r"|management ssh|feature (?:ssh|tacacs)|system)(?![\w-])"
)
_OF_A_PORT = re.compile(r"(?:no )?(?:(?:ip )?vrf forwarding|vrf member|vrf) ")
"""A device takes the addresses from an interface that changes its VRF."""
_ADDRESS = re.compile(r"(?:no )?(?:shutdown$|ip(?:v[46])? address\b)")
_DEFAULT_ROUTE = re.compile(r"no (?:ip|ipv6) route (?:vrf \S+ )?(?:0\.0\.0\.0[ /]|::/0)")
_DEFAULT_XR = re.compile(r"no (?:0\.0\.0\.0/0|::/0)")
_ACL_OF_MANAGEMENT = re.compile(
    r"(?:ip (?:http )?)?access-class (?:ipv[46] )?(\S+)"
    r"|ip(?:v[46])? access-group (\S+) in$"
    r"|snmp-server community \S+(?: view \S+)? (?:RO|RW|ro|rw|use-acl) (\S+)"
    r"|ntp access-group \S+ (\S+)|ssh server .*access-list (\S+)"
)
_DISRUPTS = re.compile(
    r"no (?:interface|router|vlan|vrf|neighbor|route-map|mpls)\b|shutdown$|(?:no )?switchport"
    r"|(?:no )?(?:mtu|ip address|ipv4 address|vrf forwarding|vrf member|channel-group|bundle id"
    r"|encapsulation|speed|duplex|spanning-tree mode|router-id)\b|no \d+$"
)


def remediate(intended: str, running: str, language: ConfigLanguage) -> Remediation:
    """The remediation of one device. Raises `DriftError` as `compare` does.

    Secrets stay placeholders; those that the device has are taken for right.
    """
    shown = redact(running)
    found = compare(intended, shown, language)
    if not found.differences:
        return Remediation()
    if language.words:
        return remediate_junos(found.differences, intended, shown, language)
    return _Indented(intended, shown, language).remediation()


def take_back(intended: str, running: str, language: ConfigLanguage) -> Remediation:
    """What would take a device from its intended config back to what runs before: the opposite of
    `remediate`. Raises `DriftError` as `compare` does.

    What a capture does not show cannot be put back: secrets are left to a human.
    """
    shown = redact(running)
    found = compare(intended, shown, language)
    if not found.differences:
        return Remediation()
    if language.words:
        return remediate_junos(_opposite(found.differences), intended, shown, language, back=True)
    return _Indented(intended, shown, language, back=True).remediation()


_OPPOSITES: dict[Change, Change] = {"missing": "extra", "extra": "missing"}


def _opposite(differences: Iterable[Difference]) -> list[Difference]:
    return [
        replace(
            one,
            change=_OPPOSITES.get(one.change, one.change),
            intended=one.running,
            running=one.intended,
            intended_line=one.running_line,
            running_line=one.intended_line,
        )
        for one in differences
    ]


class _Indented:
    def __init__(
        self, intended: str, running: str, language: ConfigLanguage, *, back: bool = False
    ) -> None:
        self.language = language
        self.work = Matching(language, unseen, running)
        wanted, had = language.read(intended), language.read(running)
        self.work.section((), wanted.children, had.children)
        self.wanted = _merged(wanted, {}, self.work.satisfied)
        self.had = _merged(had, self.work.renamed, self.work.ignored)
        if back:
            self.wanted, self.had = self.had, self.wanted
            self.work.found = _opposite(self.work.found)
        self.manual: list[Manual] = []
        self.doors = {*_lists_of_management(self.wanted), *_lists_of_management(self.had)}

    def remediation(self) -> Remediation:
        ordered, lists = self._sequences()
        proposed = self._proposed(ordered)
        if proposed is None:
            return not_proved(self.work.found)
        commands = [*self._safe(proposed), *lists]
        simulated = copy(self.had)
        try:
            apply(simulated, commands, self.wanted, self.language)
        except Refused:
            return not_proved(self.work.found)
        rest = Matching(self.language, unseen, "")
        rest.section((), self.wanted.children, simulated.children)
        by_hand = {_root(one.section, one.lines) for one in self.manual}
        for difference in rest.found:
            if (
                _root(difference.section, (*difference.intended, *difference.running))
                not in by_hand
            ):
                return not_proved(self.work.found)
        lines = tuple(self._commands((), commands))
        return Remediation(commands=lines, manual=tuple(self.manual))

    def _sequences(self) -> tuple[set[str], list[Statement]]:
        """Root sections whose order drifted, and the lines for those that can be mended."""
        roots: set[str] = set()
        lines: list[Statement] = []
        for difference in self.work.found:
            first = (*difference.intended, *difference.running)[0]
            if not is_ordered(self.language, difference.section, first):
                continue
            root = difference.section[0] if difference.section else first
            if root in roots:
                continue
            roots.add(root)
            wanted, had = _find(self.wanted, root), _find(self.had, root)
            commands = sequence_commands(wanted, had) if wanted is not None else None
            topic = self._topic((root,))
            if commands is None or topic in TOUCHY:
                why: Why = "order" if topic not in TOUCHY else "lock-out"
                self._by_hand(difference.section, (*difference.intended, *difference.running), why)
            else:
                lines += commands
        return roots, lines

    def _proposed(self, without: set[str]) -> list[Statement] | None:
        """What hier_config proposes for all but some root sections, and banners."""
        from netmod.drift._hier import propose  # noqa: PLC0415 it takes a second to import

        for one in self.work.found:
            lines = (*one.intended, *one.running)
            root = _root(one.section, lines)
            if root.startswith("banner "):
                self._by_hand(one.section or (root,), lines, "banner")
        running, intended = (
            "".join(
                _text(
                    one
                    for one in tree.children
                    if one.text not in without and not one.text.startswith("banner ")
                )
            )
            for tree in (self.had, self.wanted)
        )
        proposed = propose(self.language.hier, running, intended)
        return None if proposed is None else self._overwritten((), proposed)

    def _overwritten(self, path: tuple[str, ...], lines: list[Statement]) -> list[Statement]:
        """The lines without removals of values that another line replaces."""
        scope = "\n".join(path)
        given = {identity(self.language, scope, one) for one in lines} - {None}

        def replaced(one: Statement) -> bool:
            removed = Statement(one.text.removeprefix("no "), 0)
            return self._removes(path, one) and identity(self.language, scope, removed) in given

        return [
            Statement(one.text, 0, self._overwritten((*path, one.text), one.children))
            for one in lines
            if not replaced(one)
        ]

    def _safe(self, proposed: Sequence[Statement]) -> list[Statement]:
        """The proposal without what must not be done by a program."""
        kept = []
        added = {
            topic_of(self.language, (one.text,)) for one in proposed if not self._removes((), one)
        }
        for section in proposed:
            adds = section.children and any(
                not self._removes((), one) for one in _leaves_of(section)
            )
            adds = adds or topic_of(self.language, (section.text,)) in added
            safe = self._kept((), section, adds=adds)
            if safe is not None:
                kept.append(safe)
        return kept

    def _kept(self, path: tuple[str, ...], one: Statement, *, adds: bool) -> Statement | None:
        topic = self._topic((*path, one.text))
        if one.children:
            children = [self._kept((*path, one.text), child, adds=adds) for child in one.children]
            below = [child for child in children if child is not None]
            return Statement(one.text, 0, below) if below else None
        removes = self._removes(path, one)
        if HIDDEN.search(one.text):
            self._by_hand(path, (one.text,), "secret")
            return None
        if re.match(r"(?:no )?(?:hostname|switchname) ", one.text):
            self._by_hand(path, (one.text,), "lock-out")
            return None
        if topic in TOUCHY and removes and (adds or topic == "encryption"):
            self._by_hand(path, (one.text,), "make-before-break")
            return None
        if self._shuts_a_door(path, one, topic, removes=removes):
            self._by_hand(path, (one.text,), "lock-out")
            return None
        return one

    def _shuts_a_door(
        self, path: tuple[str, ...], one: Statement, topic: Topic, *, removes: bool
    ) -> bool:
        """Whether the line may take away the way by which it is typed."""
        where = "\n".join((*path, one.text))
        if removes and (_DEFAULT_ROUTE.match(one.text) or _DEFAULT_XR.match(one.text)):
            return True
        if path and path[0].startswith("interface ") and _find(self.had, path[0]) is not None:
            if _OF_A_PORT.match(one.text):
                return True
            if topic == "management" and _ADDRESS.match(one.text):
                return True
        if _list_name(path[0] if path else "") in self.doors:
            return True
        return removes and topic == "management" and _LOCKS_OUT.search(where) is not None

    def _topic(self, path: tuple[str, ...]) -> Topic:
        """What a line touches; a list is of management where its users are."""
        if _list_name(path[0]) in self.doors:
            return "management"
        return topic_of(self.language, path)

    def _removes(self, path: tuple[str, ...], one: Statement) -> bool:
        """Whether the line takes away, and is not a negation that the intended config has."""
        if not one.text.startswith("no "):
            return False
        node: Statement | None = self.wanted
        for text in path:
            node = _find(node, text) if node is not None else None
        return node is None or _find(node, one.text) is None

    def _by_hand(self, path: tuple[str, ...], lines: tuple[str, ...], why: Why) -> None:
        self.manual.append(Manual(section=path, lines=lines, why=why))

    def _commands(
        self, path: tuple[str, ...], statements: Iterable[Statement]
    ) -> Iterator[Command]:
        for one in statements:
            if one.children:
                yield from self._commands((*path, one.text), one.children)
            else:
                risk = risk_of((*path, one.text), self._topic((*path, one.text)))
                yield Command(section=path, line=one.text, risk=risk)


def risk_of(path: tuple[str, ...], topic: Topic) -> Risk:
    """What a line may do where it is typed."""
    if PLACEHOLDER.search(path[-1]):
        return "secret"
    if topic == "encryption":
        return "crypto"
    if topic == "management" and _LOCKS_OUT.search("\n".join(path)):
        return "lock-out"
    return "disruptive" if _DISRUPTS.match(path[-1]) else "non-disruptive"


def _root(section: tuple[str, ...], lines: Sequence[str]) -> str:
    """The root statement that a difference or a line is below."""
    return section[0] if section else lines[0].removeprefix("no ")


def _find(owner: Statement, text: str) -> Statement | None:
    return next((one for one in owner.children if one.text == text), None)


_LIST = re.compile(r"(?:no )?(?:ip|ipv4|ipv6|mac) access-list (?:(?:standard|extended) )?(\S+)"
                   r"|(?:no )?access-list (\S+)")  # fmt: skip


def _list_name(text: str) -> str | None:
    """The access list that a root section or line is of."""
    match = _LIST.match(text)
    return match[1] or match[2] if match else None


def _lists_of_management(tree: Statement) -> Iterator[str]:
    """Names of the access lists that decide who gets in."""
    for section in tree.children:
        inside = re.match(r"line |vty-pool|control-plane|management |interface mgmt", section.text)
        for one in (section, *(section.children if inside else ())):
            match = _ACL_OF_MANAGEMENT.match(one.text)
            if match:
                yield from (name for name in match.groups() if name)


def _leaves_of(section: Statement) -> Iterator[Statement]:
    if not section.children:
        yield section
    for child in section.children:
        yield from _leaves_of(child)


def _merged(statement: Statement, renamed: dict[int, str], without: set[int]) -> Statement:
    """The tree with each section once, as the matched statements are called."""
    merged = Statement(renamed.get(statement.number, statement.text), statement.number)
    known: dict[str, Statement] = {}
    for child in statement.children:
        if child.number in without:
            continue
        below = _merged(child, renamed, without)
        if below.text in known and (below.children or known[below.text].children):
            known[below.text].children += below.children
        else:
            known[below.text] = below
            merged.children.append(below)
    return merged


def _text(statements: Iterable[Statement], depth: int = 0) -> Iterator[str]:
    for one in statements:
        yield f"{' ' * depth}{one.text}\n"
        yield from _text(one.children, depth + 1)
