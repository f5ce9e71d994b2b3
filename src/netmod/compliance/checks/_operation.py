"""Checks of how a device is looked after: its sessions, its backups, its certificates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field
from typing_extensions import override

from netmod.compliance._model import Model
from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement, NoInputs, Outcome
from netmod.compliance.ends import zoned
from netmod.facts import CertificateFact


class LegacySsh(DeviceCheck[NoInputs]):
    """Sessions with the device use no SSH algorithm that is no longer safe.

    Pass: `collect.legacy_ssh` of the settings does not name the device: netmod then offers safe
        algorithms only, and does not connect without one.
    Fail: it names the device.
    Not applicable: never.
    Unknown: the settings of whoever collects are not known.

    Example:
        - legacy-ssh
    """

    id = "legacy-ssh"
    inputs = NoInputs

    @override
    def judge(self, subject: DeviceSubject, inputs: NoInputs) -> Iterable[Judgement]:
        allowed = subject.surroundings.legacy_ssh
        if allowed is None:
            why = "whether unsafe SSH is allowed for it is not known"
            yield Judgement("unknown", "legacy-ssh-not-known", why)
        elif allowed:
            why = "SSH algorithms that are no longer safe are allowed for it (collect.legacy_ssh)"
            yield Judgement("fail", "legacy-ssh-allowed", why)
        else:
            why = "sessions with it use safe SSH algorithms only"
            yield Judgement("pass", "legacy-ssh-refused", why)


class BackupAge(Model):
    """How old the last backup may be, in days."""

    maximum_days: int = Field(default=7, ge=1)


class BackupFresh(DeviceCheck[BackupAge]):
    """The configuration was backed up lately.

    Pass: a nightly run read the whole configuration, and archived it, within `maximum_days` (7
        unless set).
    Fail: the last one that did lies further back.
    Not applicable: never.
    Unknown: no run is recorded, or the last ones failed to read it and it is not known when the
        last good one was.

    Example:
        - backup-fresh: {maximum_days: 7}
    """

    id = "backup-fresh"
    inputs = BackupAge

    def judge(self, subject: DeviceSubject, inputs: BackupAge) -> Iterable[Judgement]:
        known = subject.surroundings
        oldest = subject.at - timedelta(days=inputs.maximum_days)
        if known.backup_at is not None:
            day = f"{known.backup_at:%Y-%m-%d}"
            outcome: Outcome = "pass" if known.backup_at >= oldest else "fail"
            yield Judgement(outcome, "backup-of", f"the last backup is of {day}", {"date": day})
        elif known.no_backup_since is not None and known.no_backup_since < oldest:
            day = f"{known.no_backup_since:%Y-%m-%d}"
            why = f"no run could read its configuration since {day}"
            yield Judgement("fail", "no-backup-since", why, {"date": day})
        else:
            yield Judgement(
                "unknown", "backup-not-known", "when it was last backed up is not known"
            )


class Expiry(Model):
    """How many days before its end a certificate has to be renewed."""

    warning_days: int = Field(default=30, ge=0, le=3650)


class CertificateExpiry(DeviceCheck[Expiry]):
    """The device's certificates are valid, and for some time on.

    Pass: the certificate ends more than `warning_days` ahead (30 unless set); each certificate is
        judged by itself, those of authorities too.
    Fail: it has ended, or ends within `warning_days`.
    Not applicable: never.
    Unknown: no certificate was captured (`show crypto pki certificates` of IOS and IOS-XE is
        read), or one's end is not told with its zone.

    Example:
        - certificate-expiry: {warning_days: 30}
    """

    id = "certificate-expiry"
    inputs = Expiry
    waits_for = ("certificates (NX-OS, IOS-XR, EOS, Junos)",)

    def judge(self, subject: DeviceSubject, inputs: Expiry) -> Iterable[Judgement]:
        found = subject.facts.certificates
        if not found:
            why = "the captures show no certificate"
            yield Judgement("unknown", "certificates-not-seen", why)
            return
        by_name: dict[str, CertificateFact] = {}
        for one in found:
            name = one.name if one.own else f"{one.name} (CA)"
            other = by_name.get(name)
            if other is None or _ends_before(one, other):
                by_name[name] = one
        for name, one in by_name.items():
            if one.not_after is None:
                why = "when the certificate ends is not told"
                yield Judgement("unknown", "certificate-end-not-seen", why, part=name)
                continue
            left = zoned(one.not_after) - subject.at
            outcome: Outcome = "pass" if left > timedelta(days=inputs.warning_days) else "fail"
            day = f"{one.not_after:%Y-%m-%d}"
            why = f"the certificate is valid until {day}"
            yield Judgement(outcome, "certificate-until", why, {"date": day}, name)


def _ends_before(one: CertificateFact, other: CertificateFact) -> bool:
    """Which of two of one name decides: one whose end is not known, else the earlier."""
    if one.not_after is None or other.not_after is None:
        return one.not_after is None
    return zoned(one.not_after) < zoned(other.not_after)
