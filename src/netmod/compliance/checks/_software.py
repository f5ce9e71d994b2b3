"""Whether the software of a device is supported by its vendor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from pydantic import Field

from netmod.compliance._model import Model
from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement, Outcome


class Release(Model):
    """A train of releases by the start of its number (`17.12` is also 17.12.4), and the last day
    on which its vendor supports it. `os` as the facts name it: IOS-XE, NX-OS, Junos, …"""

    os: str
    release: str = Field(pattern=r"^\d[\w.()-]*$")
    supported_until: date


class Releases(Model):
    """The trains that the owner knows; what is in none of them is not known."""

    releases: tuple[Release, ...] = ()
    warning_days: int = Field(default=0, ge=0, le=3650)


class SupportedSoftware(DeviceCheck[Releases]):
    """The device runs a release that its vendor supports.

    Pass: the release is of a train in `releases` that is supported for `warning_days` more.
    Fail: the support of its train has ended, or does within `warning_days`.
    Not applicable: never.
    Unknown: the captures do not show the release, or `releases` does not hold its train.

    Example:
        - supported-software:
            releases:
              - {os: ExampleOS, release: "1.2", supported_until: 2031-01-31}
    """

    id = "supported-software"
    inputs = Releases

    def judge(self, subject: DeviceSubject, inputs: Releases) -> Iterable[Judgement]:
        version = subject.facts.version
        if version.os is None or version.version is None:
            why = "the captures do not show the release"
            yield Judgement("unknown", "release-not-seen", why)
            return
        seen = {"os": version.os, "version": version.version}
        trains = [one for one in inputs.releases if _is_of(one, version.os, version.version)]
        if not trains:
            why = f"nothing says until when {version.os} {version.version} is supported"
            yield Judgement("unknown", "release-not-listed", why, seen)
            return
        until = max(trains, key=lambda one: len(one.release)).supported_until
        supported = until >= subject.at.date() + timedelta(days=inputs.warning_days)
        why = f"{version.os} {version.version} is supported until {until}"
        reason = "release-supported" if supported else "release-out-of-support"
        outcome: Outcome = "pass" if supported else "fail"
        yield Judgement(outcome, reason, why, {**seen, "until": f"{until}"})


def _is_of(train: Release, os: str, version: str) -> bool:
    """Whether a version is of a train: equal, or going on behind it with no further digit."""
    if train.os.casefold() != os.casefold() or not version.startswith(train.release):
        return False
    return not version[len(train.release) :][:1].isdigit()
