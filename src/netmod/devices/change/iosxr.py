"""Changes on IOS-XR, through Netmiko and the platform's own commands.

NAPALM's driver has no timer and rolls back from whatever commit is the latest; and what NETCONF
commits for a time ends with the session that made it. The command line has `commit confirmed` with
a label that is found again, and a timer that outlives the session.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from netmod.devices.change.cli import Cli, Surprise, Unanswered
from netmod.devices.change.means import Means, State
from netmod.devices.change.records import PendingChange
from netmod.devices.change.session import ChangeSession
from netmod.devices.change.veil import Veil
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed
from netmod.platforms._change import changes, hostname_in
from netmod.platforms.iosxr import change as xr


class XrChange(ChangeSession):
    """A change on IOS-XR; its commit bears the marker as label."""

    rules = xr.RULES

    def __init__(self, target: Target, means: Means, marker: str) -> None:
        super().__init__(target, means, marker)
        self._cli = Cli(target, means)
        self._configuring = False
        self._confirmed = False

    def running(self) -> str:
        return xr.without_time(self._cli.ask("show running-config"))

    def hostname(self) -> str | None:
        return hostname_in(self.running(), xr.HOSTNAME)

    def state(self, record: PendingChange) -> State:
        history = self._commits()
        try:
            now = xr.clock(self._cli.ask("show clock"))
        except ValueError:
            raise ChangeFailed(
                f"{self.target.name} shows no clock that netmod can read",
                hint="log in and look at `show clock`",
                code="unsupported",
            ) from None
        timer = xr.pending(history, now, record.marker, record.seconds)
        if self._confirmed:
            timer = None
        ours = (
            timer is not None
            and timer.user == record.user
            and timer.name != ""
            and record.token in ("", timer.name)
        )
        found = any(one.label == record.marker for one in history)
        return self._told(timer, ours, found, self.running())

    def _load(self, veil: Veil) -> None:
        """Into the target of this session, which ends with it; a line that is refused ends it."""
        self._configuring = True
        self._checked(self._cli.ask("configure terminal"), "refused to configure")
        lines = list(xr.lines(veil.filled.reveal()))
        try:
            self._enter(self._cli.ask_ahead(lines))
        except Surprise:
            # One by one, into a new target: the one before went with its session.
            self._cli.close()
            self._cli = Cli(self.target, self.means)
            self._checked(self._cli.ask("configure terminal"), "refused to configure")
            self._enter((line, self._cli.ask(line)) for line in lines)

    def _enter(self, answers: Iterable[tuple[str, str]]) -> None:
        try:
            for _, answer in answers:
                wrong = self.rules.refusals(answer)
                if wrong:
                    self._abort()
                    raise self.refused("refused the change", wrong)
        except Unanswered:
            self._configuring = False
            asks = ["it asks something that netmod does not know"]
            raise self.refused("takes the change by hand only", asks) from None

    def _diff(self) -> str:
        """What the session has not committed; of a replacement, the difference to what runs."""
        if self.kind == "merge":
            shown = xr.without_time(self._cli.ask("show configuration"))
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
        answer = self._ours_alone(self._cli.answer(what, xr.COMMIT))
        if xr.NOTHING_TO_COMMIT in answer:
            self._abort()
            raise ChangeFailed(
                f"{self.target.name} runs all of the change already",
                hint="there is nothing to do; nothing was committed",
                code="nothing",
            )
        wrong = self.rules.refusals(answer)
        if wrong:
            shown = self._cli.ask("show configuration failed")
            more = tuple(one for one in self.rules.refusals(shown) if one not in wrong)
            self._abort()
            raise self.refused("refused the commit", (*wrong, *more))
        self._leave()

    def _confirm(self, record: PendingChange) -> None:
        """From a target without a line: what is confirmed is what was tried."""
        del record
        self._checked(self._cli.ask("configure terminal"), "refused to configure")
        answer = self._cli.answer("commit", xr.COMMIT)
        self._configuring = True
        self._leave()
        self._ours_alone(answer)
        # Where somebody confirmed before, there is nothing left to commit, and it stays as well.
        if xr.NOTHING_TO_COMMIT not in answer:
            self._checked(answer, "refused the confirmation")
        self._confirmed = True

    def _revert(self, record: PendingChange) -> None:
        """By its name, and only while it is the latest: what others committed since stays."""
        answer = self._cli.ask(f"rollback configuration to {record.token or record.marker}")
        self._checked(answer, "refused to go back")

    def _save(self) -> None:
        """Nothing: what IOS-XR committed for good is what it boots."""

    def _was_begun(self) -> bool:
        return any(one.label == self.marker for one in self._commits())

    def _commits(self) -> list[xr.Commit]:
        return xr.commits(self._cli.ask("show configuration commit list 100 detail"))

    def _abandon(self) -> None:
        """Nothing: a target ends with the session that filled it."""

    def _discard(self, record: PendingChange) -> None:
        del record
        self._abort()

    def _ours_alone(self, answer: str) -> str:
        """The answer to a commit that did not ask whether to go over what others committed."""
        if xr.OTHERS in answer:
            self._abort()
            raise ChangeFailed(
                f"{self.target.name} has commits of others since this session began",
                hint="look who works on it, then make a new plan; nothing was committed",
                code="drifted",
            )
        return answer

    def _leave(self) -> None:
        if self._configuring:
            self._cli.answer("end", xr.LEAVE)
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
