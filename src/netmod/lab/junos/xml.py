"""A Junos configuration as the XML of its API."""

from __future__ import annotations

from netmod.lab.junos.schema import SCHEMA, Node
from netmod.lab.junos.statements import unquoted
from netmod.lab.netconf_xml import Element, element
from netmod.lab.statements import Statement

_ENTRIES = {"interfaces": "interface", "routing-instances": "instance"}
"""What an entry of a list without a name is called, in the lists of the first level."""


def configuration(root: Statement) -> Element:
    """The `configuration` element of statements."""
    return element("configuration", *_below(root, SCHEMA))


def _below(statement: Statement, node: Node) -> list[Element]:
    return [made for one in statement.children.values() for made in _elements(one, node)]


def _elements(statement: Statement, node: Node) -> list[Element]:
    name, _, rest = statement.text.partition(" ")
    below = node.words.get(name)
    if below is None:
        return []
    if below.kind == "value":
        return [element(name, text=unquoted(rest))]
    if below.kind == "list":
        return [element(name, text=unquoted(text)) for text in statement.children]
    if below.kind == "entry":
        key = element("name", text=unquoted(rest))
        items = _entries(f"{name}-item", statement, below) if below.anonymous else []
        return [element(name, key, *items, *_below(statement, below))]
    if below.anonymous is not None:
        tag = _ENTRIES.get(name, name) if node is SCHEMA else name
        entries = _entries(tag, statement, below)
        return [element(name, *entries)] if tag != name else entries
    return [element(name, *_below(statement, below))]


def _entries(tag: str, statement: Statement, node: Node) -> list[Element]:
    """The entries of a list that have no name of their own in the configuration."""
    anonymous = node.anonymous or node
    return [
        element(tag, element("name", text=unquoted(one.text)), *_below(one, anonymous))
        for one in statement.children.values()
        if one.text.partition(" ")[0] not in node.words
    ]
