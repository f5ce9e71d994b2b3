"""netmod's one interface for a change on a device.

The order is `load`, `diff`, `intent` (into the journal), `commit`, then from a new login `probe`,
and `confirm` or `revert`, `save`, `discard`. Everything after `intent` can be done by another
process that has the record alone. Nothing is sent twice: where a session ends during a write, the
error says that nobody knows what the device did, and `probe` finds out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Literal, Self

from netmod.devices.change import guards
from netmod.devices.change.judging import is_before, match
from netmod.devices.change.means import Means, State
from netmod.devices.change.records import Kind, PendingChange, Probe
from netmod.devices.change.veil import Resolve, Veil
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed
from netmod.platforms import Scoped, platform
from netmod.platforms._change import ChangeRules, Timer, missing, running_hash, running_seal


class ChangeSession(ABC):
    """One change on one device, over one login. Not for use by several threads at once.

    Each method raises `ChangeFailed`, `ConnectionFailed`, `CommandFailed` or `CredentialsError`;
    none holds a secret.
    """

    rules: ChangeRules
    hostname_statements: tuple[str, ...]

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        self.target = target
        self.means = means
        self.marker = marker
        self.kind: Kind = "merge"
        self._veil: Veil | None = None
        self._before = self._before_seal = ""
        self._unsaved: bool | None = None

    # --- what every platform has of its own

    @abstractmethod
    def running(self) -> str:
        """The running config as the device prints it. Holds secrets as the device keeps them."""

    @abstractmethod
    def hostname(self) -> str | None:
        """What the device calls itself now."""

    @abstractmethod
    def state(self, record: PendingChange) -> State:
        """What the device says of a change; sends nothing that changes it."""

    @abstractmethod
    def _load(self, veil: Veil) -> None: ...

    @abstractmethod
    def _diff(self) -> str: ...

    @abstractmethod
    def _commit(self, record: PendingChange, veil: Veil) -> None: ...

    @abstractmethod
    def _confirm(self, record: PendingChange) -> None: ...

    @abstractmethod
    def _revert(self, record: PendingChange) -> None: ...

    @abstractmethod
    def _save(self) -> None: ...

    @abstractmethod
    def _discard(self, record: PendingChange) -> None: ...

    @abstractmethod
    def _was_begun(self) -> bool:
        """Whether a commit of this marker was begun, as far as the device still knows."""

    @abstractmethod
    def _abandon(self) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """End the login. Never raises; a change that waits goes on waiting."""

    def files(self) -> tuple[str, ...]:
        """The files that this change leaves on the device until `discard`."""
        return ()

    def unsaved(self) -> bool | None:
        """Whether the running config differs from the startup config; None: nobody can tell."""
        return None

    def absent(self, asked: str, running: str) -> tuple[str, ...]:
        """Statements of `asked` that do not run."""
        return missing(asked, running, self.defaults)

    @property
    def defaults(self) -> tuple[Scoped, ...]:
        """What holds on the platform without being shown."""
        known = platform(self.target.platform)
        return known.language.defaults if known else ()

    # --- the same for all

    def load(self, text: str, resolve: Resolve, *, kind: Kind = "merge") -> None:
        """Give the device the text, which takes effect with `commit` only.

        `text` has placeholders for secrets, which `resolve` gives. A text that replaces the whole
        config holds all of it. The device's host name is checked first.
        """
        if not text.strip():
            raise ChangeFailed(
                f"the change for {self.target.name} is empty",
                hint="render it again and look at the result",
                code="refused",
            )
        veil = Veil(text, resolve)
        self.check_hostname()
        running = self.running()
        self._before, self._before_seal = running_hash(running), self._seal(running)
        self._unsaved = self.unsaved()
        self.kind = kind
        self._veil = veil
        self._load(veil)

    def check_hostname(self) -> None:
        """Raise `ChangeFailed` where the device is not the one that the inventory means."""
        found = self.hostname()
        if not found or found.partition(".")[0].lower() != self._short_name():
            raise ChangeFailed(
                f"the device at {self.target.address} calls itself {found or 'nothing'}, "
                f"and not {self.target.name}",
                hint="correct the address or the name in the inventory; nothing was sent",
                code="wrong-device",
            )

    def _short_name(self) -> str:
        return self.target.name.partition(".")[0].lower()

    def diff(self) -> str:
        """What the commit would change, in the device's words, with placeholders for secrets."""
        return self._loaded().hide(self._diff())

    def intent(self, seconds: int | None, now: datetime) -> PendingChange:
        """The record of what `commit` is about to do; it belongs into the journal before that.

        `seconds` is how long the device shall wait for `confirm`; None where it has no timer for
        this kind of change. Raises `ChangeFailed` where the device cannot wait that long.
        """
        self._loaded()
        safety_class = self.rules.classes[self.kind]
        granted: int | None = None
        if (safety_class == "A") != (seconds is not None):
            raise ChangeFailed(
                f"{self.target.platform} has {'a' if safety_class == 'A' else 'no'} timer "
                f"for a {self.kind}",
                hint="class A needs a deadline; B and C have none and need another way back",
                code="deadline",
            )
        if seconds is not None:
            try:
                granted = self.rules.granted(seconds)
            except ValueError as error:
                raise ChangeFailed(
                    f"{self.target.name} cannot wait {seconds} s: {error}",
                    hint="choose another deadline",
                    code="deadline",
                ) from None
        return PendingChange(
            host=self.target.name,
            platform=self.target.platform,
            marker=self.marker,
            kind=self.kind,
            safety_class=safety_class,
            user=self.means.access.login.username,
            seconds=granted,
            deadline=now + timedelta(seconds=granted) if granted is not None else None,
            files=self.files(),
            before=self._before,
            before_seal=self._before_seal,
            unsaved=self._unsaved,
        )

    def commit(self, record: PendingChange) -> PendingChange:
        """Put the change in force; returns when the device has it pending with its deadline.

        The record that comes back knows what runs now, and what of the change does not show.
        Where the device refuses a part, the change is taken back and `ChangeFailed` raised.
        """
        veil = self._loaded()
        before = self.state(record)
        if before.timer is not None:
            raise guards.other_pending(record.host, before.timer)
        if is_before(record, before) is False:
            raise ChangeFailed(
                f"the configuration of {self.target.name} changed since the change was loaded",
                hint="look who works on it, then make a new plan",
                code="drifted",
            )
        self._commit(record, veil)
        after = self.state(record)
        if record.seconds is not None and not after.ours:
            raise ChangeFailed(
                f"{self.target.name} took the change and does not show that it waits",
                hint="probe it at once: it may go back, or stay",
                code="unknown",
            )
        running = self.running()
        return record.model_copy(
            update={
                "token": after.timer.name if after.timer else "",
                "after": running_hash(running),
                "after_seal": self._seal(running),
                "missing": tuple(map(veil.hide, self.absent(veil.filled.reveal(), running))),
            }
        )

    def probe(self, record: PendingChange) -> Probe:
        """What the device says of a change; see `netmod.devices.change.probe_change`."""
        found = self.state(record)
        whose: Literal["none", "ours", "another"] = "none"
        if found.timer is not None:
            whose = "ours" if found.ours else "another"
        left = found.timer.left if found.timer else None
        return Probe(
            host=record.host,
            pending=whose,
            left=int(left.total_seconds()) if left is not None else None,
            marker_found=found.found,
            running=found.running,
            matches=match(record, found),
        )

    def confirm(self, record: PendingChange) -> None:
        """Make the change stay. Only while its timer runs and it is ours; without a timer it is
        only looked whether it runs.

        Raises `ChangeFailed` with `not-pending`, `pending-other` or, where the timer was faster,
        `reverted`.
        """
        if record.seconds is not None:
            found = self.state(record)
            guards.check_ours(record, found)
            guards.check_got_in(record, found)
            self._confirm(record)
        guards.check_confirmed(record, self.state(record))

    def revert(self, record: PendingChange) -> None:
        """Take the change back now. Where nothing of it runs any more, nothing is sent.

        Where nobody can tell, it is taken back all the same if what does it can be sent at any
        time (class B), and `ChangeFailed` with `unknown` otherwise.
        """
        found = self.state(record)
        was = is_before(record, found)
        if found.timer is None and (was or (was is None and not (found.found or record.after))):
            return
        guards.check_visible(record, found)
        if record.seconds is not None:
            guards.check_ours(record, found)
        elif found.timer is not None:
            raise guards.other_pending(record.host, found.timer)
        else:
            guards.check_unchanged(record, found, record.before, record.after)
        self._revert(record)
        guards.check_taken_back(record, self.state(record))

    def save(self, record: PendingChange) -> None:
        """Make what runs the startup config: what the change left, on the device that it is of.

        Refused while the change waits.
        """
        self.check_hostname()
        guards.check_settled(record, self.state(record))
        self._save()

    def discard(self, record: PendingChange) -> None:
        """Remove what this change left on the device: files and sessions that may hold keys."""
        found = self.state(record)
        if found.timer is not None and found.ours:
            raise ChangeFailed(
                f"{self.target.name} still needs the files of the change that waits",
                hint="confirm or revert first",
                code="pending",
            )
        self._discard(record)

    def abandon(self) -> None:
        """Remove what an earlier try of this change loaded and did not commit.

        For a process that has no record: the marker alone names the files and sessions, which may
        hold keys. `ChangeFailed` with `pending` where a commit of it was or may have been begun.
        """
        self.check_hostname()
        if self._was_begun():
            raise ChangeFailed(
                f"{self.target.name} has a commit of this change, and not only what was loaded",
                hint="go on from the record in the journal: probe, then confirm or revert",
                code="pending",
            )
        self._abandon()

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    # --- for the platforms

    def _loaded(self) -> Veil:
        if self._veil is None:
            raise ChangeFailed(
                f"nothing was loaded for {self.target.name}", hint="load first", code="not-loaded"
            )
        return self._veil

    def _told(self, timer: Timer | None, ours: bool, found: bool, running: str) -> State:
        return State(timer, ours, found, running_hash(running), self._seal(running))

    def _seal(self, running: str) -> str:
        return running_seal(running, self.means.seal.reveal())

    def hide(self, text: str) -> str:
        """A text of the device as it may be shown."""
        veil = self._veil or Veil("", lambda _: None)
        return veil.hide(text)

    def refused(self, what: str, lines: tuple[str, ...] | list[str]) -> ChangeFailed:
        """The error for an answer by which the device refuses."""
        shown = "; ".join(self.hide(line) for line in lines[:3])
        more = f" (and {len(lines) - 3} more)" if len(lines) > 3 else ""
        return ChangeFailed(
            f"{self.target.name} {what}: {shown}{more}",
            hint="correct the change and load it again",
            code="refused",
        )

    def unknown(self, what: str) -> ChangeFailed:
        """The error for a write of which nobody knows whether the device did it."""
        return ChangeFailed(
            f"{self.target.name} ended the session during {what}: it may have done it or not",
            hint="probe it; nothing was sent twice",
            code="unknown",
        )

    def _check_ours(self, record: PendingChange) -> None:
        guards.check_ours(record, self.state(record))
