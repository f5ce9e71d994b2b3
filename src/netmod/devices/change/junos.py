"""Changes on Junos, over NAPALM's driver (PyEZ, ncclient) and NETCONF.

The driver locks, loads, compares and commits. Confirming and going back are ours: the driver's
confirmation is an empty commit that looks like success when the timer was faster, takes the
uncommitted lines of others along, and its rollback counts from whatever commit is the latest.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import napalm.base.exceptions as napalm_errors
from jnpr.junos.exception import (
    CommitError,
    ConfigLoadError,
    ConnectAuthError,
    ConnectError,
    LockError,
    RpcError,
    RpcTimeoutError,
    UnlockError,
)
from lxml import etree
from ncclient.operations import OperationError, RPCError
from ncclient.transport.errors import NCClientError, SSHUnknownHostError

from netmod.devices.change.drivers import napalm_driver
from netmod.devices.change.means import Means, State
from netmod.devices.change.records import PendingChange
from netmod.devices.change.session import ChangeSession
from netmod.devices.change.veil import Veil
from netmod.devices.known_hosts import CHANGED_HINT, TRUST_HINT
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.platforms.junos import change as junos

_END_SECONDS = 2.0
_REFUSED = (CommitError, ConfigLoadError, RPCError)
_ERRORS = (
    napalm_errors.NapalmException,
    ConnectError,
    RpcError,
    RPCError,
    OperationError,
    NCClientError,
    OSError,
    EOFError,
)


class JunosChange(ChangeSession):
    """A change on Junos; its commit bears the marker as comment."""

    rules = junos.RULES

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        login = means.access.login
        self._locked = False
        with TemporaryDirectory(prefix="netmod-") as folder:
            config = _ssh_config(target, means, Path(folder))
            self._driver: Any = napalm_driver("junos")(
                target.address,
                login.username,
                login.password.reveal(),
                timeout=int(means.timeout),
                optional_args={"port": target.port, "ssh_config_file": str(config)},
            )
            device = self._driver.device
            # Constructor arguments of PyEZ that the driver does not pass on.
            device._hostkey_verify = True
            device._allow_agent = False
            device._look_for_keys = False
            device._conn_open_timeout = int(means.access.timeout)
            means.take_turn(target.name)
            try:
                self._driver.open()
            except _ERRORS as error:
                raise self._explain(error) from None
            self._transport = device._conn._session.transport

    def _explain(self, error: BaseException) -> ConnectionFailed:
        place = f"{self.target.name} ({self.target.address}:{self.target.port})"
        chain = list(_chain(error))
        if any(isinstance(one, SSHUnknownHostError) for one in chain):
            known = self.means.access.known_hosts.keys(self.target.address, self.target.port)
            return ConnectionFailed(
                f"{place} shows "
                + ("another host key than the trusted one" if known else "a key nobody trusts"),
                hint=CHANGED_HINT if known else TRUST_HINT,
                code="host-key-changed" if known else "host-key-unknown",
            )
        if any(isinstance(one, ConnectAuthError) for one in chain):
            return ConnectionFailed(
                f"{place} refused the login",
                hint="check user name and password; it was tried once",
                code="authentication",
            )
        return ConnectionFailed(
            f"{place} does not answer over NETCONF",
            hint="check `set system services netconf ssh`, and the way to it",
            code="unreachable",
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except _ERRORS as error:
            raise self._explain(error) from None

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        """Tell a refusal, after which nothing happened, from a reply that did not come."""
        try:
            yield
        except RpcTimeoutError:
            raise self.unknown(what) from None
        except (LockError, napalm_errors.LockError):
            raise ChangeFailed(
                f"the candidate of {self.target.name} is locked, or somebody's lines are in it",
                hint="let them commit or discard first; nothing was sent",
                code="locked",
            ) from None
        except (
            *_REFUSED,
            napalm_errors.MergeConfigException,
            napalm_errors.ReplaceConfigException,
        ) as error:
            raise self.refused(f"refused {what}", [_words(error)]) from None
        except _ERRORS:
            raise self.unknown(what) from None

    def running(self) -> str:
        with self._reading():
            return str(self._driver.get_config(retrieve="running")["running"])

    def hostname(self) -> str | None:
        """Asked of the device each time: the driver's facts are those of its first question."""
        with self._reading():
            found = self._driver.device.rpc.get_software_information()
            name = found.findtext(".//host-name")
        return str(name) if name else None

    def _history(self) -> list[junos.Commit]:
        """The commits that the device remembers, the latest first."""
        with self._reading():
            history = self._driver.device.rpc.get_commit_information()
        return [_commit(entry) for entry in history.iterfind(".//commit-history")]

    def _now(self) -> int:
        with self._reading():
            found = self._driver.device.rpc.get_system_uptime_information()
        return _seconds(found.find(".//current-time"))

    def state(self, record: PendingChange) -> State:
        history = self._history()
        latest = history[0] if history else None
        timer = junos.pending(latest, self._now(), record.marker, record.seconds)
        of_ours = latest is not None and latest.is_of(record.marker)
        ours = timer is not None and of_ours and record.token in ("", timer.name)
        found = any(one.is_of(record.marker) for one in history)
        return self._told(timer, ours, found, self.running())

    def _load(self, veil: Veil) -> None:
        text = veil.filled.reveal()
        load = self._driver.load_merge_candidate
        if self.kind == "replace" and junos.is_set(text):
            # `override` takes no lines of `set`: they stand behind deletions of all that runs.
            text = "\n".join([*junos.deletions(self._set_lines()), text])
        elif self.kind == "replace":
            load = self._driver.load_replace_candidate
        with self._writing("the change (nothing is in force)"):
            load(config=text)

    def _diff(self) -> str:
        with self._reading():
            return str(self._driver.compare_config())

    def _commit(self, record: PendingChange, veil: Veil) -> None:
        del veil
        with self._writing("the commit"):
            self._driver.commit_config(message=record.marker, revert_in=record.seconds)

    def _confirm(self, record: PendingChange) -> None:
        """Under the lock, so that no lines of others are committed with it."""
        config = self._driver.device.cu
        with self._writing("the confirmation"):
            config.lock()
        try:
            self._check_ours(record)
            with self._writing("the confirmation"):
                config.commit(comment=junos.confirmation(record.marker))
        finally:
            self._unlock()

    def _revert(self, record: PendingChange) -> None:
        """Under the lock, so that the commit before is the one before ours."""
        config = self._driver.device.cu
        with self._writing("the way back"):
            config.lock()
        try:
            self._check_ours(record)
            with self._writing("the way back"):
                config.rollback(rb_id=1)
                config.commit(comment=f"{record.marker} reverted")
        finally:
            self._unlock()

    def _unlock(self) -> None:
        try:
            self._driver.device.cu.unlock()
        except (*_ERRORS, UnlockError):
            return  # the lock ends with the session at the latest

    def _save(self) -> None:
        """Nothing: what Junos committed for good is what it boots."""

    def _was_begun(self) -> bool:
        return any(one.is_of(self.marker) for one in self._history())

    def _abandon(self) -> None:
        """Nothing: a candidate that was filled under the lock is emptied when its session ends."""

    def _discard(self, record: PendingChange) -> None:
        """What was loaded and not committed; a committed change leaves nothing to remove."""
        del record
        if self._driver.locked:
            with self._writing("discarding"):
                self._driver.discard_config()

    def absent(self, asked: str, running: str) -> tuple[str, ...]:
        del running
        return junos.missing_set(asked, self._set_lines())

    def _set_lines(self) -> list[str]:
        with self._reading():
            found = self._driver.device.rpc.get_config(
                options={"format": "set", "database": "committed"}
            )
        return (found.text or "").splitlines()

    def close(self) -> None:
        try:
            if self._driver.device.connected:
                self._driver.close()
        except _ERRORS:
            return  # it is closed either way
        finally:
            if self._transport is not None:
                self._transport.join(_END_SECONDS)  # it reads from what is closed next
                _reap(getattr(self._transport.sock, "process", None))


def _reap(hop: subprocess.Popen[bytes] | None) -> None:
    """End the process of a jump host, which paramiko only tells to."""
    if hop is None:
        return
    try:
        hop.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        hop.kill()
        hop.wait()
    for pipe in (hop.stdin, hop.stdout, hop.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _ssh_config(target: Target, means: Means, folder: Path) -> Path:
    """An OpenSSH configuration that makes ncclient check the host key, and take the jump host."""
    keys = means.access.known_hosts.keys(target.address, target.port)
    known = folder / "known_hosts"
    known.write_text(
        "".join(
            f"[{target.address}]:{target.port} {key.get_name()} {key.get_base64()}\n"
            for key in keys
        ),
        encoding="ascii",
    )
    lines = ["Host *", f"  UserKnownHostsFile {known}"]
    way = means.access.route.command(target, means.access.timeout)
    if way:
        secrets = [word for name in ("USERNAME", "PASSWORD", "ENABLE_PASSWORD") for word in
                   ("-u", f"NETMOD_{name}")]  # fmt: skip
        lines.append(f"  ProxyCommand {shlex.join(['env', *secrets, *way])}")
    file = folder / "ssh_config"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _commit(entry: Any) -> junos.Commit:
    log = (str(one.text or "") for one in entry if etree.QName(one).localname in ("log", "comment"))
    lines = tuple(line for text in log for line in text.splitlines())
    return junos.Commit(_seconds(entry), str(entry.findtext("user") or ""), lines)


def _seconds(entry: Any) -> int:
    """The time of an entry, which Junos gives in an attribute of a namespace per release."""
    moment = entry.find(".//date-time") if entry is not None else None
    for name, value in (moment.attrib if moment is not None else {}).items():
        if etree.QName(name).localname == "seconds":
            return int(value)
    raise ChangeFailed(
        "the device tells no time of its commits", hint="see its release", code="unsupported"
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was made of; PyEZ keeps some causes in an attribute."""
    while error is not None:
        yield error
        error = getattr(error, "_orig", None) or error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    return str(getattr(error, "message", "") or error).replace("\n", " ").strip()
