"""Changes on IOS and IOS-XE: NAPALM's driver sends the file and compares; the commits are ours.

The driver's commits set `file prompt quiet` first, which gets into what the timer goes back to;
they notice one kind of error; and they, the confirmation and the rollback write the memory.
"""

from __future__ import annotations

from typing import Any

import napalm.base.exceptions as napalm_errors

from netmod.devices.change.cli import Cli
from netmod.devices.change.drivers import napalm_driver
from netmod.devices.change.judging import is_before
from netmod.devices.change.means import Means, State
from netmod.devices.change.records import PendingChange
from netmod.devices.change.session import ChangeSession
from netmod.devices.change.veil import Veil
from netmod.devices.login_errors import LOGIN_ERRORS
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed
from netmod.platforms._change import Timer, changes, hostname_in, running_hash
from netmod.platforms.ios import change as ios

_TIMER = "show archive config rollback timer"
_FAILURES = (napalm_errors.NapalmException, *LOGIN_ERRORS)


class IosChange(ChangeSession):
    """A change on IOS or IOS-XE; its file on flash is named after it."""

    rules = ios.RULES

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        self._cli = Cli(target, means)
        try:
            login = means.access.login
            self._driver: Any = napalm_driver("ios")(
                target.address,
                login.username,
                login.password.reveal(),
                optional_args={
                    "candidate_cfg": self._file,
                    "merge_cfg": self._file,
                    "rollback_cfg": f"{marker}-before.cfg",
                    "auto_file_prompt": False,
                },
            )
            # The driver's own `open` would log in by itself, and check no host key.
            self._driver.device = self._cli.connection
            self._system: str = self._driver.dest_file_system
        except _FAILURES:
            self.close()
            raise self.refused("shows no file system", ["dir gave none"]) from None

    @property
    def _file(self) -> str:
        return f"{self.marker}.cfg"

    def files(self) -> tuple[str, ...]:
        return (f"{self._system}/{self._file}", self._mark)

    @property
    def _mark(self) -> str:
        """The file that holds what the device says of our commit while it waits."""
        return f"{self._system}/{self.marker}.timer"

    def running(self) -> str:
        return self._cli.ask("show running-config")

    def hostname(self) -> str | None:
        return hostname_in(self.running(), ios.HOSTNAME)

    def state(self, record: PendingChange) -> State:
        timer = ios.pending(self._cli.ask(_TIMER))
        listed = self._cli.ask(f"dir {self._system}/{self._file}")
        found = f"{self._file}" in listed and not ios.RULES.refusals(listed)
        running = self.running()
        ours = (
            timer is not None
            and found
            and timer.user == record.user
            and self._is_marked(timer, record, running)
        )
        return self._told(timer, ours, found, running)

    def _is_marked(self, timer: Timer, record: PendingChange, running: str) -> bool:
        """Whether a commit that waits is ours, which the user's name alone does not say.

        By the record; by the mark of a process that died before the record knew; or, where it died
        in a replacement, because our file is what came to run.
        """
        if record.token:
            return record.token == timer.name
        if timer.name and self._marked() == timer.name:
            return True
        if record.kind == "merge" or running_hash(running) == record.before:
            return False
        what = f"show archive config differences system:running-config {self.files()[0]}"
        shown = self._cli.ask(what)
        lines = changes(shown, running, self.defaults).splitlines()
        return ios.COMPARED in shown and not [line for line in lines if line[:1] not in ("", "!")]

    def _marked(self) -> str | None:
        found = ios.pending(self._cli.ask(f"more {self._mark}"))
        return found.name if found else None

    def _set_mark(self) -> None:
        """Before a line is in force, so that without the mark none of ours is."""
        self._cli.ask(f"{_TIMER} | redirect {self._mark}")
        timer = ios.pending(self._cli.ask(_TIMER))
        if timer is None or not timer.name or self._marked() != timer.name:
            if timer is not None:
                self._cli.answer("configure revert now", ios.CHANGE)
            raise self.refused("kept no mark of the commit", ["the file does not hold its time"])

    def _load(self, veil: Veil) -> None:
        load = (
            self._driver.load_replace_candidate
            if self.kind == "replace"
            else self._driver.load_merge_candidate
        )
        ending = "" if _ends(veil.text) else "\nend\n"
        try:
            with veil.file(ending) as path:
                load(filename=str(path))
        except _FAILURES as error:
            raise self.refused("did not take the file", [str(error) or "no reason"]) from None

    def _diff(self) -> str:
        try:
            found = str(self._driver.compare_config())
        except _FAILURES:
            raise self.unknown("comparing (nothing is in force)") from None
        return changes(found, self.running(), self.defaults) if self.kind == "replace" else found

    def _commit(self, record: PendingChange, veil: Veil) -> None:
        del veil
        if ios.NO_ARCHIVE in self._cli.ask("show archive"):
            raise ChangeFailed(
                f"{self.target.name} has no archive, and so no timer",
                hint="configure `archive` with a `path` first",
                code="no-timer",
            )
        minutes, file = (record.seconds or 0) // 60, self.files()[0]
        if self.kind == "replace":
            what = f"configure replace {file} force revert trigger error timer {minutes}"
            self._accept(record, self._cli.answer(what, ios.CHANGE))
            self._cli.ask(f"{_TIMER} | redirect {self._mark}")
            return
        started = self._cli.ask(f"configure terminal revert timer {minutes}")
        wrong = ios.RULES.refusals(started)
        if wrong:
            raise self.refused("did not start the timer", wrong)
        self._cli.ask("end")
        self._set_mark()
        self._accept(record, self._cli.answer(f"copy {file} running-config", ios.CHANGE))

    def _accept(self, record: PendingChange, answer: str) -> None:
        """Take the change back where the device refused a line of it, and raise."""
        wrong = ios.RULES.refusals(answer)
        if not wrong:
            return
        if self.state(record).timer is not None:
            self._cli.answer("configure revert now", ios.CHANGE)
        back = is_before(record, self.state(record)) is not False
        error = self.refused("refused a part of the change", wrong)
        if not back:
            error = ChangeFailed(
                error.message + "; what ran before is not back", hint=error.hint, code="unknown"
            )
        raise error

    def _confirm(self, record: PendingChange) -> None:
        del record
        self._do("configure confirm", "refused the confirmation")

    def _revert(self, record: PendingChange) -> None:
        del record
        self._do("configure revert now", "refused to go back")

    def _save(self) -> None:
        answer = self._cli.answer("write memory", ios.SAVE)
        wrong = ios.RULES.refusals(answer)
        if wrong or "[OK]" not in answer:
            raise self.refused("did not save", wrong or ["no [OK]"])

    def _was_begun(self) -> bool:
        timer = ios.pending(self._cli.ask(_TIMER))
        if timer is not None and timer.user == self.means.access.login.username:
            return True  # a replacement is marked only behind its commit
        return self._marked() is not None

    def _abandon(self) -> None:
        self._delete(self.files())

    def _discard(self, record: PendingChange) -> None:
        self._delete(record.files)

    def _delete(self, files: tuple[str, ...]) -> None:
        for file in files:
            answer = self._cli.answer(f"delete /force {file}", ios.DELETE)
            wrong = ios.RULES.refusals(answer)
            if wrong and "No such file" not in answer:
                raise self.refused("did not delete a file with keys", wrong)

    def _do(self, line: str, failure: str) -> None:
        wrong = ios.RULES.refusals(self._cli.answer(line, ios.CHANGE))
        if wrong:
            raise self.refused(failure, wrong)

    def close(self) -> None:
        driver = getattr(self, "_driver", None)
        if driver is not None:
            driver.device = None  # so that the driver's end sends nothing
        self._cli.close()


def _ends(text: str) -> bool:
    return text.rstrip().endswith("\nend")
