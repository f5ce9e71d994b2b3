"""One NETCONF session of an emulated device (RFC 6241, 6242): hello, messages, replies.

What the operations do is the `Agent`'s of the operating system. No transport, no waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lxml import etree

from netmod.lab.netconf_framing import Framing, FramingError
from netmod.lab.netconf_xml import (
    BASE,
    Element,
    RpcError,
    RpcErrors,
    children,
    element,
    local,
    number,
    parse,
    text_of,
)
from netmod.lab.service import Sessions

BASE_10 = "urn:ietf:params:netconf:base:1.0"
BASE_11 = "urn:ietf:params:netconf:base:1.1"


class Agent(Protocol):
    """What one operating system does in one session."""

    @property
    def capabilities(self) -> Sequence[str]:
        """What the hello says."""
        ...

    @property
    def namespaces(self) -> Mapping[str, str]:
        """Prefixes that every reply declares."""
        ...

    def perform(self, operation: Element) -> list[Element]:
        """Do an operation: what the reply holds, nothing for `<ok/>`.

        Raises `RpcError` or `RpcErrors`.
        """
        ...

    def end(self) -> None:
        """The session is over."""
        ...


class NetconfSession:
    """The `Service` of one session; `number` is its session-id."""

    def __init__(self, agent: Agent, sessions: Sessions, number: int) -> None:
        self._agent = agent
        self._sessions = sessions
        self._number = number
        self._framing = Framing()
        self._greeted = False
        self._over = False
        self._ended = False
        sessions.enter(number, self)

    def closed(self) -> bool:
        return self._over

    def open(self) -> bytes:
        """The hello of the device."""
        capabilities = [element("capability", text=one) for one in self._agent.capabilities]
        hello = element(
            "hello",
            element("capabilities", *capabilities),
            element("session-id", text=str(self._number)),
        )
        return self._framing.frame(_written(hello))

    def receive(self, data: bytes) -> bytes:
        """The replies to all messages that are complete. What is no NETCONF ends the session."""
        if self._ended:
            self._over = True
            return b""
        self._framing.feed(data)
        answer = b""
        try:
            while not self._over and (message := self._framing.take()) is not None:
                answer += self._message(message)
        except FramingError:
            self._over = True
        if self._over:  # before the last reply is read: what was held is free then
            self.end()
        return answer

    def end(self) -> None:
        """The session is over: what it held is let go. Further calls do nothing."""
        if self._ended:
            return
        self._ended = True
        self._sessions.leave(self._number)
        self._agent.end()

    def _message(self, message: bytes) -> bytes:
        root = parse(message)
        if not self._greeted:
            self._greet(root)
            return b""
        if root is None or local(root) != "rpc":
            wrong = RpcError("malformed-message", "the message is no rpc", kind="rpc")
            return self._reply(None, [wrong.element()])
        return self._reply(root, self._answer(root))

    def _greet(self, root: Element | None) -> None:
        """Take the hello of the client; without a common base there is no session."""
        found = [] if root is None else root.iter("{*}capability")
        capabilities = {text_of(one) for one in found}
        common = capabilities & {BASE_10, BASE_11} & set(self._agent.capabilities)
        wrong = root is None or local(root) != "hello" or root.find("{*}session-id") is not None
        if wrong or not common:
            self._over = True
        self._framing.chunked = BASE_11 in common
        self._greeted = True

    def _answer(self, rpc: Element) -> list[Element]:
        try:
            return self._perform(_operation(rpc)) or [element("ok")]
        except RpcError as error:
            return [error.element()]
        except RpcErrors as errors:
            return errors.reply

    def _perform(self, operation: Element) -> list[Element]:
        if local(operation) == "close-session":
            self._over = True
            return []
        if local(operation) == "kill-session":
            return self._kill(operation)
        return self._agent.perform(operation)

    def _kill(self, operation: Element) -> list[Element]:
        victim = self._sessions.get(number(text_of(operation, "session-id")) or 0)
        if victim is None or victim is self:
            raise RpcError("invalid-value", "no other session has this number")
        victim.end()
        return []

    def _reply(self, rpc: Element | None, content: list[Element]) -> bytes:
        """A reply with the attributes of its request, whatever they are."""
        nsmap: dict[str | None, str] = {None: BASE}
        nsmap.update(self._agent.namespaces)
        if rpc is not None:
            nsmap.update({key: uri for key, uri in rpc.nsmap.items() if key and uri != BASE})
        reply = etree.Element(etree.QName(BASE, "rpc-reply"), nsmap=nsmap)
        for key, value in ({} if rpc is None else rpc.attrib).items():
            reply.set(key, value)
        reply.extend(content)
        etree.cleanup_namespaces(reply, keep_ns_prefixes=list(self._agent.namespaces))
        return self._framing.frame(_written(reply))


def _operation(rpc: Element) -> Element:
    """The one operation of a request. Raises `RpcError`."""
    operations = children(rpc)
    if "message-id" not in rpc.attrib:
        where = {"bad-attribute": "message-id", "bad-element": "rpc"}
        raise RpcError("missing-attribute", "message-id is missing", kind="rpc", info=where)
    if len(operations) != 1:
        raise RpcError("missing-element", "an rpc holds one operation", kind="rpc")
    return operations[0]


def _written(root: Element) -> bytes:
    """Without an XML declaration: the drivers parse replies as text, which may have none."""
    return etree.tostring(root, encoding="unicode").encode()
