"""Fetch the host keys that devices show, beside what `known_hosts` says of them.

Only the key exchange runs: in it the device proves that it holds the key. No user name and no
password is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import paramiko
from nornir.core import Nornir
from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Task

from netmod.devices.client import exchange_keys
from netmod.devices.collection import inventory_of
from netmod.devices.known_hosts import KnownHosts, host_name, read_text
from netmod.devices.login_errors import LOGIN_ERRORS, explain
from netmod.devices.route import Route
from netmod.devices.runner import StreamingRunner
from netmod.devices.session import OpenSockets, shut
from netmod.devices.targets import Target
from netmod.devices.transport import make_transport
from netmod.devices.turns import Turns
from netmod.errors import ConnectionFailed
from netmod.settings import CollectSettings

KeyState = Literal["new", "known", "changed", "revoked", "failed"]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """The host key that one device shows.

    `name` is how the device stands in `known_hosts`. `state` is `new` where no key is known for
    it, `changed` where others are: `known` holds their fingerprints. A `revoked` key is never
    trusted. Where it `failed` there is no key, and `message` and `hint` say why.
    """

    host: str
    name: str
    state: KeyState
    algorithm: str = ""
    key: str = ""
    fingerprint: str = ""
    known: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class KeyScan:
    """The keys of all devices in their order, judged by the content `text` of `known_hosts`."""

    path: Path
    text: str
    keys: tuple[ShownKey, ...]

    def of_state(self, *states: KeyState) -> tuple[ShownKey, ...]:
        return tuple(key for key in self.keys if key.state in states)

    def shared(self) -> dict[str, tuple[str, ...]]:
        """Fingerprints that several addresses show, with their hosts: copied keys, or one machine
        that answers for all of them."""
        hosts: dict[str, dict[str, str]] = {}
        for key in self.keys:
            if key.fingerprint:
                hosts.setdefault(key.fingerprint, {})[key.name] = key.host
        return {key: tuple(names.values()) for key, names in hosts.items() if len(names) > 1}


def fetch_host_keys(
    targets: Sequence[Target], known_hosts: Path, *, settings: CollectSettings | None = None
) -> KeyScan:
    """Fetch each target's host key.

    `known_hosts` need not exist. Raises `ConnectionFailed` where it cannot be read, and
    `KeyboardInterrupt`. A device that gives no key is in the result, as `failed`.
    """
    limits = settings or CollectSettings()
    text = read_text(known_hosts) or ""
    known = KnownHosts.parse(text)
    by_name = {target.name: target for target in targets}
    sockets, turns = OpenSockets(), Turns(limits.logins_per_second)
    route = Route(known_hosts.parent)
    shown: dict[str, ShownKey] = {}

    def fetch(task: Task) -> ShownKey | None:
        if not turns.wait():
            return None  # the caller was interrupted, and asks for no result
        target = by_name[task.host.name]
        return _fetch(target, known, limits.connect_timeout, sockets, route)

    def deliver(host: Host, result: MultiResult) -> None:
        found = result[0].result if result else None
        if not isinstance(found, ShownKey):
            found = _failed(by_name[host.name], _internal(host.name))
        shown[host.name] = found

    def end_all() -> None:
        turns.end()
        sockets.shut_all()

    runner = StreamingRunner(
        limits.workers,
        limits.sessions_per_site,
        on_result=deliver,
        on_interrupt=end_all,
        on_stop=end_all,
        grace=0.0,  # nothing is lost by ending a key exchange
    )
    with sockets.watched():
        Nornir(inventory=inventory_of(targets), runner=runner).run(task=fetch, name="host-keys")
    return KeyScan(known_hosts, text, tuple(shown[target.name] for target in targets))


def _fetch(
    target: Target,
    known: KnownHosts,
    timeout: float,
    sockets: OpenSockets,
    route: Route,
) -> ShownKey:
    trusted = known.keys(target.address, target.port)
    try:
        key = _exchange(target, trusted, timeout, sockets, route)
    except ConnectionFailed as error:
        return _failed(target, error)
    return ShownKey(
        host=target.name,
        name=host_name(target.address, target.port),
        state=_state(key, trusted, known),
        algorithm=key.get_name(),
        key=key.get_base64(),
        fingerprint=key.fingerprint,
        known=tuple(one.fingerprint for one in trusted),
    )


def _exchange(
    target: Target,
    trusted: Sequence[paramiko.PKey],
    timeout: float,
    sockets: OpenSockets,
    route: Route,
) -> paramiko.PKey:
    """The key whose possession the device proved. Raises `ConnectionFailed`."""
    opened = route.open(target, timeout)
    sockets.add(opened, timeout)
    try:
        transport = make_transport(opened, trusted, legacy_ssh=target.legacy_ssh)
        try:
            return exchange_keys(transport, timeout)
        finally:
            shut(opened)
            transport.join(timeout)
    except LOGIN_ERRORS as error:
        failure = explain(error, target, key_exchange_done=False)
        raise route.explain(opened, target, failure) from None
    finally:
        sockets.discard(opened)
        opened.close()


def _state(key: paramiko.PKey, trusted: Sequence[paramiko.PKey], known: KnownHosts) -> KeyState:
    if known.is_revoked(key):
        return "revoked"
    if any(key.asbytes() == one.asbytes() for one in trusted):
        return "known"
    return "changed" if trusted else "new"


def _failed(target: Target, error: ConnectionFailed) -> ShownKey:
    return ShownKey(
        host=target.name,
        name=host_name(target.address, target.port),
        state="failed",
        message=error.message,
        hint=error.hint,
    )


def _internal(host: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"netmod itself failed on {host}",
        hint="please report this with the log; the trace stands there",
        code="internal",
    )
