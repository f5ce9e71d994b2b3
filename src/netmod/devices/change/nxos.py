"""Changes on NX-OS: NAPALM's driver uploads and compares; the commits are ours, through Netmiko.

The driver has no timer, saves at once, and keeps what it goes back to in a file of a fixed name.
A merge goes in line by line with a checkpoint before it: class B. A replacement has a timer.
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
from netmod.platforms.nxos import change as nxos

_FAILURES = (napalm_errors.NapalmException, *LOGIN_ERRORS)
_STATUS = "show config-replace status"
_ABSENT = "No such file"


class NxosChange(ChangeSession):
    """A change on NX-OS; its checkpoint and its file on bootflash are named after it."""

    rules = nxos.RULES

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        self._cli = Cli(target, means)
        login = means.access.login
        self._driver: Any = napalm_driver("nxos_ssh")(
            target.address, login.username, login.password.reveal(), optional_args={}
        )
        # The driver's own `open` would log in by itself, and check no host key.
        self._driver.device = self._driver._netmiko_device = self._cli.connection
        self._driver.candidate_cfg = self._file

    @property
    def _file(self) -> str:
        return f"{self.marker}.cfg"

    def files(self) -> tuple[str, ...]:
        return self._all_files if self.kind == "replace" else ()

    @property
    def _all_files(self) -> tuple[str, ...]:
        return (f"bootflash:{self._file}", self._mark)

    @property
    def _mark(self) -> str:
        """The file that holds what the device says of our replacement while it waits."""
        return f"bootflash:{self.marker}.timer"

    def running(self) -> str:
        return self._cli.ask("show running-config")

    def hostname(self) -> str | None:
        return hostname_in(self.running(), nxos.HOSTNAME)

    def state(self, record: PendingChange) -> State:
        timer = nxos.pending(self._cli.ask(_STATUS))
        found = self._has_checkpoint()
        running = self.running()
        ours = timer is not None and found and self._is_marked(timer, record, running)
        return self._told(timer, ours, found, running)

    def _is_marked(self, timer: Timer, record: PendingChange, running: str) -> bool:
        """Whether a replacement that waits is ours: the device says neither whose nor of what.

        By the record; by the mark of a process that died before the record knew; or because our
        file is what came to run.
        """
        if record.token:
            return record.token == timer.name
        if record.kind == "merge":
            return False
        marked = nxos.pending(self._cli.ask(f"show file {self._mark}"))
        if marked is not None and timer.name and marked.name == timer.name:
            return True
        if running_hash(running) == record.before:
            return False
        patch = self._cli.ask(f"show diff rollback-patch running-config file {self._file}")
        return nxos.COMPARED in patch and not nxos.patch(changes(patch, running, self.defaults))

    def _load(self, veil: Veil) -> None:
        try:
            if self.kind == "merge":
                self._driver.load_merge_candidate(config=veil.filled.reveal())
                return
            with veil.file("\n") as path:
                self._driver.load_replace_candidate(filename=str(path))
        except _FAILURES as error:
            raise self.refused("did not take the file", [str(error) or "no reason"]) from None

    def _diff(self) -> str:
        if self.kind == "replace":
            # The driver would write what runs into a file, with its keys, and leave it there.
            what = f"show diff rollback-patch running-config file {self._file}"
            found = self._checked(self._cli.ask(what), "did not compare")
            return changes(found, self.running(), self.defaults)
        try:
            return str(self._driver.compare_config())
        except _FAILURES:
            raise self.unknown("comparing (nothing is in force)") from None

    def _commit(self, record: PendingChange, veil: Veil) -> None:
        self._checked(self._cli.ask(f"checkpoint {record.marker}"), "made no checkpoint")
        if self.kind == "replace":
            what = f"configure replace bootflash:{self._file} commit-timeout {record.seconds}"
            self._remove(self._mark)  # of an earlier try
            wrong = self.rules.refusals(self._cli.ask(what))
            if not wrong:
                self._cli.ask(f"{_STATUS} > {self._mark}")
        else:
            wrong = self._type(veil.filled.reveal())
        if wrong:
            self._take_back(record, wrong)

    def _type(self, text: str) -> tuple[str, ...]:
        """Enter lines up to the first that is refused; what the device says of that."""
        wrong: tuple[str, ...] = ()
        self._cli.ask("configure terminal")
        for line in text.splitlines():
            if line.strip() and not line.lstrip().startswith("!") and line.strip() != "end":
                wrong = self.rules.refusals(self._cli.ask(line.rstrip()))
                if wrong:
                    break
        self._cli.ask("end")
        return wrong

    def _take_back(self, record: PendingChange, wrong: tuple[str, ...]) -> None:
        error = self.refused("refused a part of the change", wrong)
        # Of lines with secrets that went in before the refused one the hash shows nothing.
        if self.kind == "merge" or not is_before(record, self.state(record)):
            try:
                self._revert(record)
            except ChangeFailed as failure:
                if failure.code != "refused":
                    raise
                # What runs tells below whether that left something in force.
        if is_before(record, self.state(record)) is False:
            error = ChangeFailed(
                error.message + "; what ran before is not back", hint=error.hint, code="unknown"
            )
        raise error

    def _confirm(self, record: PendingChange) -> None:
        del record
        self._checked(self._cli.ask("configure replace commit"), "refused the confirmation")

    def _revert(self, record: PendingChange) -> None:
        """To our checkpoint. A timer that runs goes on, to the same end."""
        answer = self._cli.ask(f"rollback running-config checkpoint {record.marker}")
        if not nxos.ROLLED_BACK.search(answer):
            raise self.refused("did not roll back", self.rules.refusals(answer) or ["no success"])

    def _save(self) -> None:
        answer = self._cli.ask("copy running-config startup-config")
        if "complete" not in answer.lower() or self.rules.refusals(answer):
            raise self.refused("did not save", self.rules.refusals(answer) or ["no success"])

    def _was_begun(self) -> bool:
        return self._has_checkpoint()

    def _has_checkpoint(self) -> bool:
        return nxos.has_checkpoint(self._cli.ask("show checkpoint summary"), self.marker)

    def _abandon(self) -> None:
        for file in self._all_files:
            self._remove(file)

    def _discard(self, record: PendingChange) -> None:
        if self._has_checkpoint():
            self._checked(self._cli.ask(f"no checkpoint {record.marker}"), "kept a checkpoint")
        for file in record.files:
            self._remove(file)

    def _remove(self, file: str) -> None:
        answer = self._cli.answer(f"delete {file}", nxos.DELETE)
        if _ABSENT not in answer:
            self._checked(answer, "did not delete a file with keys")

    def _checked(self, answer: str, failure: str) -> str:
        wrong = self.rules.refusals(answer)
        if wrong:
            raise self.refused(failure, wrong)
        return answer

    def close(self) -> None:
        driver = getattr(self, "_driver", None)
        if driver is not None:
            driver.device = driver._netmiko_device = None  # so that its end sends nothing
        self._cli.close()
