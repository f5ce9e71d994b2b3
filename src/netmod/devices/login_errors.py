"""What went wrong on the way to a prompt, in our words.

Netmiko folds most causes into one exception whose text is made for reading; the cause itself
stands in the chain behind it. No text of the lower libraries is passed on, so that nothing of a
login can be.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

import paramiko
from netmiko.exceptions import NetmikoBaseException

from netmod.devices.client import ChangedHostKey, KeyExchangeOverdue, UnknownHostKey
from netmod.devices.known_hosts import CHANGED_HINT, TRUST_HINT
from netmod.devices.legacy import unsafe_among
from netmod.devices.targets import Target
from netmod.devices.transport import NothingInCommon
from netmod.errors import ConnectionFailed

LOGIN_ERRORS = (paramiko.SSHException, NetmikoBaseException, OSError, EOFError, ValueError)
"""What Netmiko, paramiko and the socket raise on the way to a prompt."""

_SHOWN, _CHARACTERS = 6, 200  # what of a device's lists stands in a message

BEFORE_LOGIN = frozenset({"unreachable", "no-ssh"})
"""Failures that happen before a password is sent: only these may be tried again."""


def explain(error: BaseException, target: Target, *, key_exchange_done: bool) -> ConnectionFailed:
    """The failure between TCP connection and shell that `error` stands for."""
    place = f"{target.name} ({target.address}:{target.port})"
    for cause in _chain(error):
        known = _specific(cause, target, place)
        if known is not None:
            return known
    if key_exchange_done:
        return ConnectionFailed(
            f"{place} ended the connection during login",
            hint="look for a limit of sessions on the device",
            code="session-dropped",
        )
    return ConnectionFailed(
        f"{place} does not speak SSH, or hung up before it did",
        hint="check the port, and the device's limit of sessions",
        code="no-ssh",
    )


def explain_overdue(target: Target) -> ConnectionFailed:
    """The failure of a login that was ended because it took too long."""
    return ConnectionFailed(
        f"{target.name} ({target.address}:{target.port}) gave no shell in time",
        hint="raise connect_timeout in netmod.toml, or see whether the device answers at all",
        code="no-shell",
    )


def explain_no_connection(error: OSError | UnicodeError, target: Target) -> ConnectionFailed:
    """The failure of the TCP connection."""
    return ConnectionFailed(
        f"{target.name} ({target.address}:{target.port}) cannot be reached: {_reason(error)}",
        hint="check the address, the device and the way to it, then collect again",
        code="unreachable",
    )


def explain_no_prompt(error: BaseException, target: Target) -> ConnectionFailed:
    """The failure after login and before the prompt."""
    ended = isinstance(error, OSError | EOFError) or "closed" in str(error)
    return ConnectionFailed(
        f"{target.name} {'ended the session' if ended else 'showed no prompt'} after login",
        hint="log in by hand: an expired password, a menu or a missing shell shows there",
        code="session-dropped" if ended else "no-prompt",
    )


def _specific(cause: BaseException, target: Target, place: str) -> ConnectionFailed | None:
    if isinstance(cause, ChangedHostKey):
        return ConnectionFailed(
            f"{place} shows another host key than the trusted one: {cause}",
            hint=CHANGED_HINT,
            code="host-key-changed",
        )
    if isinstance(cause, UnknownHostKey):
        return ConnectionFailed(
            f"{place} shows a host key that is not trusted: {cause}",
            hint=TRUST_HINT,
            code="host-key-unknown",
        )
    if isinstance(cause, KeyExchangeOverdue):
        return ConnectionFailed(
            f"{place} did not finish the key exchange in time",
            hint="see whether it speaks SSH there, or raise connect_timeout in netmod.toml",
            code="no-ssh",
        )
    if isinstance(cause, NothingInCommon):
        return _nothing_in_common(cause, target, place)
    if isinstance(cause, paramiko.ssh_exception.IncompatiblePeer):
        return ConnectionFailed(
            f"{place} speaks another version of SSH than 2.0",
            hint="allow `ip ssh version 2`, or upgrade the device",
            code="key-exchange",
        )
    if isinstance(cause, paramiko.BadAuthenticationType):
        return ConnectionFailed(
            f"{place} does not let this kind of login in",
            hint="the device allows: " + ", ".join(cause.allowed_types),
            code="authentication",
        )
    if isinstance(cause, paramiko.AuthenticationException) and "timeout" in str(cause).lower():
        return ConnectionFailed(
            f"{place} did not answer the login in time",
            hint="raise connect_timeout in netmod.toml, or see whether its AAA server answers",
            code="authentication",
        )
    if isinstance(cause, paramiko.AuthenticationException):
        return ConnectionFailed(
            f"{place} refused the login",
            hint="check user name and password; it was tried once, so that no account gets locked",
            code="authentication",
        )
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _nothing_in_common(cause: NothingInCommon, target: Target, place: str) -> ConnectionFailed:
    """Names what the device offers, and the way out that there is for it."""
    offered = ", ".join(one for one in cause.offered[:_SHOWN] if one.isprintable())
    hint = "upgrade the device, or allow current algorithms on it (`ip ssh server algorithm …`)"
    if unsafe_among(cause.offered) and not target.legacy_ssh:
        hint += f"; until then name {target.name} in collect.legacy_ssh of netmod.toml"
    return ConnectionFailed(
        f"{place} offers for {cause.purpose} only what is no longer safe: {offered[:_CHARACTERS]}",
        hint=hint,
        code="key-exchange",
    )


def _reason(cause: OSError | UnicodeError) -> str:
    if isinstance(cause, UnicodeError):
        return "that is no address"
    if isinstance(cause, TimeoutError):
        return "no answer"
    if cause.errno == errno.ECONNREFUSED:
        return "connection refused"
    if cause.errno == errno.ECONNRESET:
        return "connection reset"
    return cause.strerror or "no connection"
