"""The configuration language of Junos, for comparisons: each word is a level."""

from __future__ import annotations

import re

from netmod.platforms._language import (
    ConfigLanguage,
    Statement,
    Topic,
    below,
    ordered,
)
from netmod.platforms.junos._tree import Node, literal

_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("cosmetic", re.compile(r"\n(?:description|location|contact|message|announcement)(?:\n|\Z)")),
    ("encryption", re.compile(
        r"\Asecurity\n(?:macsec|mka|ike|ipsec|authentication-key-chains|certificates|pki)")),
    ("management", re.compile(
        r"\A(?:system|snmp|event-options)(?:\n|\Z)|\Ainterfaces\n(?:fxp|em|me|mgmt)"
        r"|\Arouting-instances\nmgmt_junos|(?i:\nfilter\n[^\n]*(?:ssh|mgmt|re-|protect|vty))"
        r"|\Ainterfaces\nlo0\n.*\nfilter")),
    ("security", re.compile(r"\A(?:firewall|security|access)(?:\n|\Z)|\nfilter(?:\n|\Z)")),
    ("qos", re.compile(r"\Aclass-of-service(?:\n|\Z)")),
    ("routing", re.compile(
        r"\A(?:protocols|routing-options|policy-options|routing-instances)(?:\n|\Z)"
        r"|\A(?s:interfaces\n.*\nfamily)")),
    ("access", re.compile(r"\A(?:interfaces|vlans|chassis|forwarding-options)(?:\n|\Z)")),
)  # fmt: skip


def read(text: str) -> Statement:
    """The tree of a config in braces or in `set` lines; groups are not inherited."""
    lines = text.replace("\r\n", "\n").split("\n")
    tree = literal(lines)
    root = tree.root
    for kind in ("server", "peer", "authentication-key"):
        for entry in root.below("system", "ntp", kind):
            _split(entry)
    statement = _statement(root)
    if tree.is_set:
        statement.children += _not_understood(lines)
    return statement


_UNDERSTOOD = re.compile(
    r"\s*(?:(?:set|deactivate|activate|delete|protect|unprotect|annotate) \S|#|\Z|\{\S+\}\s*\Z)"
)
_LONGEST = 20_000


def _not_understood(lines: list[str]) -> list[Statement]:
    """What no statement was made of: shown as it is, so that nothing is lost."""
    return [
        Statement(line.strip(), number)
        for number, line in enumerate(lines, 1)
        if len(line) >= _LONGEST or not _UNDERSTOOD.match(line)
    ]


_OPTIONS = {"key", "version", "routing-instance", "prefer", "type", "value"}


def _split(entry: Node) -> None:
    """Give each option of a statement that Junos prints on one line a branch of its own.

    `server X key 10 prefer;` is the same as `server X key 10` and `server X prefer` with `set`.
    """
    for first in list(entry.children.values()):
        node = first
        while node.children:
            child = next(iter(node.children.values()))
            if child.word in _OPTIONS and len(node.children) == 1:
                node.children = {}
                entry.children.setdefault(child.word, child)
            node = child


def _statement(node: Node) -> Statement:
    children = [_statement(child) for child in node.children.values()]
    return Statement(node.word, node.index + 1, children)


def whole(text: str) -> bool:
    """Whether every brace is closed."""
    return literal(text.replace("\r\n", "\n").split("\n")).balanced


LANGUAGE = ConfigLanguage(
    hier="JUNIPER_JUNOS",
    read=read,
    whole=whole,
    ordered=(
        ordered(r"(?s:(?:.*\n)?firewall\n(?:.*\n)?filter\n[^\n]+\nterm)", ""),
        ordered(r"(?s:(?:.*\n)?policy-statement\n[^\n]+\nterm)", ""),
        ordered(
            r"(?s:(?:.*\n)?(?:import|export|apply-groups|authentication-order|accounting-order"
            r"|(?:input|output)-list|(?:authentication|accounting)-server|proposals))",
            "",
        ),
        ordered(r"(?s:(?:.*\n)?(?:tacplus-server|radius-server|name-server))", ""),
        ordered(r"(?s:(?:.*\n)?security\npolicies\n.*\npolicy)", ""),
        ordered(r"(?s:(?:.*\n)?rule-set\n[^\n]+\nrule)", ""),
        ordered(r"(?s:(?:.*\n)?mpls\npath\n[^\n]+)", ""),
    ),
    generated=(below("", r"version$"), below("version", "")),
    topics=_TOPICS,
    words=True,
    changed=re.compile(
        r"^## Last (?:commit|changed): (?P<when>.+?) by (?P<who>\S+)\s*$", re.MULTILINE
    ),
)
