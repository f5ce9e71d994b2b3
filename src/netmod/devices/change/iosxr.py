"""Changes on IOS-XR, through Netmiko and the platform's own commands.

NAPALM's driver has no timer and rolls back from whatever commit is the latest; and what NETCONF
commits for a time ends with the session that made it. The command line has `commit confirmed` with
a label that is found again, and a timer that outlives the session.
"""

from __future__ import annotations

import difflib

from netmod.devices.change.cli import Cli
from netmod.devices.change.records import PendingChange
from netmod.devices.change.session import ChangeSession, Means, State
from netmod.devices.change.veil import Veil
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed
from netmod.platforms._change import changes, hostname_in, running_hash
from netmod.platforms.iosxr import change as xr

_ALL = (("with this commit anyway", "no"), ("Do you wish to proceed", "yes"))
_LEAVE = (("Uncommitted changes found", "no"),)


class XrChange(ChangeSession):
    """A change on IOS-XR; its commit bears the marker as label."""

    rules = xr.RULES

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        self._cli = Cli(target, means)
        self._configuring = False
        self._confirmed = False

    def running(self) -> str:
        return xr.without_time(self._cli.ask("show running-config").text)

    def hostname(self) -> str | None:
        return hostname_in(self.running(), xr.HOSTNAME)

    def state(self, record: PendingChange) -> State:
        commit = xr.latest(self._cli.ask("show configuration commit list 1 detail").text)
        try:
            now = xr.clock(self._cli.ask("show clock").text)
        except ValueError:
            raise ChangeFailed(
                f"{self.target.name} shows no clock that netmod can read",
                hint="log in and look at `show clock`",
                code="unsupported",
            ) from None
        timer = xr.pending(commit, now, record.marker, record.seconds)
        if self._confirmed:
            timer = None
        ours = timer is not None and timer.user == record.user
        ours = ours and record.token in ("", commit.id if commit else "")
        found = commit is not None and commit.label == record.marker
        return State(timer, ours, found, running_hash(self.running()))

    def _load(self, veil: Veil) -> None:
        """Into the target of this session; a line that is refused ends it."""
        self._configuring = True
        self._checked(self._cli.ask("configure terminal").text, "refused to configure")
        for line in xr.lines(veil.filled.reveal()):
            wrong = self.rules.refusals(self._cli.ask(line).text)
            if wrong:
                self._abort()
                raise self.refused("refused the change", wrong)

    def _diff(self) -> str:
        """What the session has not committed; of a replacement, the difference to what runs."""
        if self.kind == "merge":
            shown = xr.without_time(self._cli.ask("show configuration").text)
            kept = (line for line in shown.splitlines() if not line.startswith(("Building", "!!")))
            return "\n".join(kept)
        running = self.running()
        wanted = changes(self._loaded().filled.reveal(), running, self.defaults)
        old, new = (xr.statements(self.hide(one)) for one in (running, wanted))
        return "\n".join(difflib.unified_diff(old, new, "running", "new", lineterm=""))

    def _commit(self, record: PendingChange, veil: Veil) -> None:
        del veil
        how = "commit replace" if self.kind == "replace" else "commit"
        what = f"{how} label {record.marker} confirmed {record.seconds}"
        wrong = self.rules.refusals(self._cli.answer(what, _ALL))
        if wrong:
            shown = self._cli.ask("show configuration failed").text
            more = tuple(one for one in self.rules.refusals(shown) if one not in wrong)
            self._abort()
            raise self.refused("refused the commit", (*wrong, *more))
        self._leave()

    def _confirm(self, record: PendingChange) -> None:
        """From a target without a line: what is confirmed is what was tried."""
        del record
        self._checked(self._cli.ask("configure terminal").text, "refused to configure")
        answer = self._cli.answer("commit", _ALL)
        self._configuring = True
        self._leave()
        # Where somebody confirmed before, there is nothing left to commit, and it stays as well.
        if xr.NOTHING_TO_COMMIT not in answer:
            self._checked(answer, "refused the confirmation")
        self._confirmed = True

    def _revert(self, record: PendingChange) -> None:
        """By its name, and only while it is the latest: what others committed since stays."""
        answer = self._cli.ask(f"rollback configuration to {record.token or record.marker}").text
        self._checked(answer, "refused to go back")

    def _save(self) -> None:
        """Nothing: what IOS-XR committed for good is what it boots."""

    def _discard(self, record: PendingChange) -> None:
        del record
        self._abort()

    def _leave(self) -> None:
        if self._configuring:
            self._cli.answer("end", _LEAVE)
            self._configuring = False

    def _abort(self) -> None:
        if self._configuring:
            self._cli.ask("abort")
            self._configuring = False

    def _checked(self, answer: str, failure: str) -> None:
        wrong = self.rules.refusals(answer)
        if wrong:
            raise self.refused(failure, wrong)

    def close(self) -> None:
        self._cli.close()
