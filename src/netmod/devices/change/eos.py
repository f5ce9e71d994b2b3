"""Changes on EOS: NAPALM's driver loads and compares in a configuration session of our name.

The commits are ours, because the driver's copy the startup config to a file that stays on flash
with its keys, write the memory before anybody looked, roll back to what the device would boot
instead of to what ran, and know their session only as long as their process lives.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from typing import Any

import napalm.base.exceptions as napalm_errors
import pyeapi.eapilib
from pyeapi.eapilib import EapiConnection

from netmod.devices.change.drivers import napalm_driver
from netmod.devices.change.means import Means, State
from netmod.devices.change.records import PendingChange
from netmod.devices.change.session import ChangeSession
from netmod.devices.change.veil import Veil
from netmod.devices.session import shut
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed, ConnectionFailed
from netmod.platforms._change import Timer, running_hash
from netmod.platforms.eos import change as eos

_TLS_HINT = "record the fingerprint of the device's certificate, or name a file of authorities"
_ERRORS = (
    pyeapi.eapilib.EapiError,
    napalm_errors.NapalmException,
    http.client.HTTPException,  # an answer that breaks off, which pyeapi lets through
    OSError,
    ValueError,
    KeyError,
)


class _Https(http.client.HTTPSConnection):
    """An HTTPS connection over the way that SSH takes too, whose certificate is checked."""

    def __init__(self, target: Target, means: Means) -> None:
        self._way: socket.socket | None = None
        pin = means.tls.pins.get(target.name, "")
        self._pin = pin.replace(":", "").lower()
        self._target = Target(
            target.name,
            target.address,
            means.tls.ports.get(target.name, 443),
            target.platform,
            target.site,
            (),
        )
        self._means = means
        context = ssl.create_default_context(cafile=means.tls.ca_file)
        if self._pin:
            # The pin is compared below, before anything of ours is sent.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif means.tls.ca_file is None:
            raise ConnectionFailed(
                f"nothing says which certificate {target.name} has",
                hint=_TLS_HINT,
                code="host-key-unknown",
            )
        super().__init__(
            self._target.address, self._target.port, timeout=means.timeout, context=context
        )
        self._checked = context

    def connect(self) -> None:
        self._means.take_turn(self._target.name)
        self._way = self._means.access.route.open(self._target, self._means.access.timeout)
        self._way.settimeout(self._means.timeout)
        try:
            self.sock = self._checked.wrap_socket(self._way, server_hostname=self._target.address)
            self._check_pin(self.sock.getpeercert(binary_form=True) or b"")
        except ssl.SSLError as error:
            self.close()
            raise ConnectionFailed(
                f"the certificate of {self._target.name} is not trusted: {error.reason}",
                hint=_TLS_HINT,
                code="host-key-unknown",
            ) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Also the way below TLS, which took its socket over: a hop's process ends with it."""
        if self.sock is not None:
            shut(self.sock)  # a response that is still referred to would keep it open
        super().close()
        if self._way is not None:
            self._way.close()
            self._way = None

    def _check_pin(self, certificate: bytes) -> None:
        shown = hashlib.sha256(certificate).hexdigest()
        if self._pin and not hmac.compare_digest(shown, self._pin):
            raise ConnectionFailed(
                f"{self._target.name} shows another certificate than the trusted one: "
                f"SHA-256 {shown}",
                hint="somebody may stand in between; compare it with the device",
                code="host-key-changed",
            )


def _transport(target: Target, means: Means) -> type[EapiConnection]:
    """The transport that NAPALM's driver is handed, as it provides for."""

    class StrictEapi(EapiConnection):
        def __init__(
            self, host: str, username: str, password: str, timeout: float = 60, **_: object
        ) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # pyeapi has no types
            del host, timeout  # of the target and the means
            self.transport = _Https(target, means)
            self.authentication(username, password)  # type: ignore[no-untyped-call]  # the same

        def __str__(self) -> str:
            return target.name

    return StrictEapi


class EosChange(ChangeSession):
    """A change on EOS."""

    rules = eos.RULES
    hostname_statements = eos.HOSTNAME

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        login = means.access.login
        self._driver: Any = napalm_driver("eos")(
            target.address,
            login.username,
            login.password.reveal(),
            timeout=means.timeout,
            optional_args={
                "transport": _transport(target, means),
                "enable_password": login.enable_password.reveal() if login.enable_password else "",
            },
        )
        try:
            self._driver.open()
        except _ERRORS as error:
            raise self._explain(error) from None

    def _explain(self, error: Exception) -> ConnectionFailed | ChangeFailed:
        """The failure of a read, in our words."""
        text = str(error)
        if isinstance(error, pyeapi.eapilib.CommandError):
            return self.refused("refused a command", [text])
        login_refused = "Unauthorized" in text or "401" in text
        return ConnectionFailed(
            f"{self.target.name} "
            + ("refused the login" if login_refused else "does not answer over eAPI"),
            hint="check user name and password; it was tried once"
            if login_refused
            else "check that eAPI is on (`management api http-commands`), and the way to it",
            code="authentication" if login_refused else "unreachable",
        )

    def _read(self, *commands: str, text: bool = False) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self._driver.device.run_commands(
                list(commands), encoding="text" if text else "json", send_enable=True
            )
        except _ERRORS as error:
            raise self._explain(error) from None
        return found

    def _write(self, what: str, *commands: str) -> None:
        try:
            self._driver.device.run_commands(list(commands), encoding="text", send_enable=True)
        except pyeapi.eapilib.CommandError as error:
            raise self.refused(f"refused {what}", [str(error)]) from None
        except _ERRORS:
            raise self.unknown(what) from None

    def running(self) -> str:
        return str(self._read("show running-config", text=True)[0]["output"])

    def hostname(self) -> str | None:
        return self._read("show hostname")[0].get("hostname")

    def unsaved(self) -> bool | None:
        """By comparing the two: a commit is taken back to what ran, and not to what would boot."""
        startup = self._read("show startup-config", text=True)[0]["output"]
        return running_hash(startup) != running_hash(self.running())

    def _sessions(self) -> tuple[dict[str, Any], Timer | None]:
        sessions, version = self._read("show configuration sessions detail", "show version")
        return sessions.get("sessions", {}), eos.pending(sessions, version.get("uptime", -1.0))

    def state(self, record: PendingChange) -> State:
        sessions, timer = self._sessions()
        ours = timer is not None and timer.name == record.marker
        return self._told(timer, ours, record.marker in sessions, self.running())

    def _load(self, veil: Veil) -> None:
        sessions, _ = self._sessions()
        if self.marker in sessions:
            raise ChangeFailed(
                f"{self.target.name} has a session {self.marker} from an earlier try",
                hint="probe that change and discard it first",
                code="exists",
            )
        self._driver.config_session = self.marker
        # The driver tries for ten seconds to find no other session; one look is enough.
        self._driver.lock_disable = True
        load = (
            self._driver.load_replace_candidate
            if self.kind == "replace"
            else self._driver.load_merge_candidate
        )
        try:
            load(config=veil.filled.reveal())
        except (napalm_errors.MergeConfigException, napalm_errors.ReplaceConfigException) as error:
            raise self.refused("refused the change", [str(error)]) from None
        except _ERRORS:
            raise self.unknown("loading (nothing is in force)") from None

    def _diff(self) -> str:
        try:
            return str(self._driver.compare_config())
        except _ERRORS as error:
            raise self._explain(error) from None

    def _commit(self, record: PendingChange, veil: Veil) -> None:
        del veil
        # The driver's end, which also comes when Python frees it, aborts the session it knows.
        self._driver.config_session = None
        self._write("the commit", eos.commit_timer(record.marker, record.seconds or 0))

    def _confirm(self, record: PendingChange) -> None:
        self._write("the confirmation", f"configure session {record.marker} commit")

    def _revert(self, record: PendingChange) -> None:
        self._write("the way back", f"configure session {record.marker} abort")

    def _save(self) -> None:
        self._write("saving", "write memory")

    def _was_begun(self) -> bool:
        sessions, _ = self._sessions()
        return self.marker in sessions and bool(sessions[self.marker].get("state") != "pending")

    def _abandon(self) -> None:
        sessions, _ = self._sessions()
        if sessions.get(self.marker, {}).get("state") == "pending":
            self._write("ending the session", f"configure session {self.marker} abort")
        # The driver knows the session too, and would end it once more.
        self._driver.config_session = None

    def _discard(self, record: PendingChange) -> None:
        del record
        self._abandon()

    def close(self) -> None:
        """Without the driver's own end, which would abort the session that waits."""
        self._driver.config_session = None
