"""The values of a change that outlive the process that made it. None holds a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

Kind = Literal["merge", "replace"]


class PendingChange(BaseModel):
    """A change that is about to be committed, or was: what a new process needs to go on with it.

    `marker` is the name of the change on the device. `seconds` is what the device was asked to
    wait, None where it has no timer for this kind of change; `deadline` is when it goes back at
    the earliest, by the clock of netmod's machine. `token` is what the device itself calls the
    commit (a commit id, a time), empty before the commit. `files` lie on the device and may hold
    keys. `before` and `after` are `running_hash`es; `after` is empty before the commit. `missing`
    are statements that were asked for and are not shown, redacted. `unsaved` says that the running
    config was another than the startup config before the change; None where nobody looked.
    `before_seal` and `after_seal` are `running_seal`s, which tell what differs in secrets alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_id: Literal["netmod-pending-change/1"] = "netmod-pending-change/1"
    host: str
    platform: str
    marker: str
    kind: Kind
    safety_class: Literal["A", "B", "C"]
    user: str
    seconds: int | None
    deadline: AwareDatetime | None
    token: str = ""
    files: tuple[str, ...] = ()
    before: str
    after: str = ""
    before_seal: str = ""
    after_seal: str = ""
    missing: tuple[str, ...] = ()
    unsaved: bool | None = None

    def expired(self, now: datetime) -> bool:
        """Whether the device may have gone back by itself."""
        return self.deadline is not None and now >= self.deadline


class Probe(BaseModel):
    """What a new login found out about a change.

    `pending` is whose commit waits for its confirmation: `ours` only where marker, user and token
    agree. `left` is in seconds, None where the device does not say. `marker_found` tells that
    something of this change is on the device: it was at least begun. `running` is the hash of what
    runs, and `matches` what of the record it is the same as; `both` where before and after do not
    differ, or in secrets alone and the record was sealed with another key. Where `after` is not
    known it is `before` or `neither`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    pending: Literal["none", "ours", "another"]
    left: int | None
    marker_found: bool
    running: str
    matches: Literal["before", "after", "both", "neither"]
