"""XML of NETCONF: a parser that trusts nobody, elements, errors, and subtree filters (RFC 6241)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
Element = etree._Element

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"\s*([0-9]{1,10})\s*", re.ASCII)


@dataclass(slots=True)
class RpcError(Exception):
    """An `rpc-error` of the reply. `info` goes below `error-info`, by local name."""

    tag: str
    message: str
    kind: Literal["transport", "rpc", "protocol", "application"] = "protocol"
    severity: Literal["error", "warning"] = "error"
    path: str = ""
    info: Mapping[str, str] = field(default_factory=dict)

    def element(self) -> Element:
        """The error as the reply holds it."""
        below = [
            element("error-type", text=self.kind),
            element("error-tag", text=self.tag),
            element("error-severity", text=self.severity),
        ]
        if self.path:
            below.append(element("error-path", text=self.path))
        below.append(element("error-message", text=self.message))
        if self.info:
            details = [element(name, text=text) for name, text in self.info.items()]
            below.append(element("error-info", *details))
        return element("rpc-error", *below)


@dataclass(slots=True)
class RpcErrors(Exception):
    """Several errors at once; `reply` is all that the reply holds."""

    reply: list[Element]


def parse(message: bytes) -> Element | None:
    """The root of a document; None where it is not well-formed or brings a document type.

    Entities are not expanded and nothing is fetched.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(message.strip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    return root if root.getroottree().docinfo.internalDTD is None else None


def element(
    name: str,
    *below: Element,
    text: str | None = None,
    namespace: str = BASE,
    attributes: Mapping[str, str] | None = None,
) -> Element:
    """An element; characters that XML cannot hold are left out of its text."""
    made = etree.Element(etree.QName(namespace, name), nsmap={None: namespace})
    for key, value in (attributes or {}).items():
        made.set(key, value)
    if text is not None:
        made.text = clean(text)
    made.extend(below)
    return made


def clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NO_XML.sub("", text)


def local(one: Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(one).localname


def children(one: Element | None) -> list[Element]:
    """The elements below an element; entities that were not expanded are none."""
    return [] if one is None else [below for below in one if isinstance(below.tag, str)]


def child(one: Element | None, name: str) -> Element | None:
    """The first element of that local name below."""
    return next((below for below in children(one) if local(below) == name), None)


def text_of(one: Element | None, name: str = "") -> str:
    """The text of an element or of the one of that name below it; "" where there is none."""
    found = child(one, name) if name else one
    return ("" if found is None else found.text or "").strip()


def number(text: str) -> int | None:
    """A decimal number in ASCII digits."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def select(filters: Iterable[Element], data: Iterable[Element]) -> list[Element]:
    """What subtree filters choose of `data` (RFC 6241, section 6)."""
    wanted = list(filters)
    found = (_first(wanted, one) for one in data)
    return [one for one in found if one is not None]


def _first(filters: list[Element], data: Element) -> Element | None:
    chosen = (_chosen(one, data) for one in filters if _same(one, data))
    return next((one for one in chosen if one is not None), None)


def _same(one: Element, data: Element) -> bool:
    """Whether a filter's node names this one; a filter without a namespace names any."""
    namespace = etree.QName(one).namespace
    agrees = namespace in (None, BASE, etree.QName(data).namespace)
    return agrees and local(one) == local(data)


def _chosen(one: Element, data: Element) -> Element | None:
    below = children(one)
    exact = [node for node in below if not children(node) and text_of(node)]
    for node in exact:
        if not any(_same(node, kid) and text_of(kid) == text_of(node) for kid in children(data)):
            return None
    others = [node for node in below if node not in exact]
    if not others:
        return deepcopy(data)
    made = etree.Element(data.tag, attrib=dict(data.attrib), nsmap=data.nsmap)
    for kid in children(data):
        if any(_same(node, kid) for node in exact):
            made.append(deepcopy(kid))
        elif (found := _first(others, kid)) is not None:
            made.append(found)
    return made if len(made) else None
