"""Which checks there are: ours in a literal table, others' by entry points of `netmod.checks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from netmod.compliance.checks._access import (
    AaaServers,
    NtpAuthenticated,
    PasswordHashing,
    SessionAlgorithms,
    SessionTimeout,
    SnmpV3Only,
)
from netmod.compliance.checks._base import DeviceCheck, LinkCheck
from netmod.compliance.checks._keys import KeyLifetime, KeyRollover
from netmod.compliance.checks._links import LinkEncryption
from netmod.compliance.checks._operation import BackupFresh, CertificateExpiry, LegacySsh
from netmod.compliance.checks._ports import PortAuthentication, UnusedPorts
from netmod.compliance.checks._rows import ROWS, FactCheck
from netmod.compliance.checks._software import SupportedSoftware
from netmod.compliance.checks._zones import ZoneSeparation
from netmod.errors import PluginError

GROUP = "netmod.checks"
AnyCheck = DeviceCheck[Any] | LinkCheck[Any]
Checks = Mapping[str, AnyCheck]

_ALL: tuple[AnyCheck, ...] = (
    LinkEncryption(),
    KeyLifetime(),
    KeyRollover(),
    AaaServers(),
    NtpAuthenticated(),
    PasswordHashing(),
    SessionAlgorithms(),
    SessionTimeout(),
    SnmpV3Only(),
    SupportedSoftware(),
    LegacySsh(),
    BackupFresh(),
    CertificateExpiry(),
    PortAuthentication(),
    UnusedPorts(),
    ZoneSeparation(),
    *map(FactCheck, ROWS),
)
BUILT_IN: Checks = {check.id: check for check in _ALL}


def find_checks(plugins: Iterable[EntryPoint] | None = None) -> Checks:
    """Our checks and those that other packages install.

    An entry point names a check, or its class; it is named after the check's id. Raises
    `PluginError` where one cannot be loaded, is no check, lacks documentation, or takes the id of
    another.
    """
    found = dict(BUILT_IN)
    points = entry_points(group=GROUP) if plugins is None else plugins
    for point in sorted(points, key=lambda one: (one.name, one.value)):
        check = _load(point)
        if check.id in found:
            hint = "rename the check, or uninstall one of the packages"
            raise PluginError(f"check {check.id!r} of {point.value} is taken", hint=hint)
        found[check.id] = check
    return found


def _load(point: EntryPoint) -> AnyCheck:
    hint = f"mend or uninstall the package that installs {point.value}"
    try:
        loaded = point.load()
        check = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:
        raise PluginError(
            f"check {point.name!r} cannot be loaded: {type(error).__name__}", hint=hint
        ) from error
    if not isinstance(check, DeviceCheck | LinkCheck):
        raise PluginError(f"{point.value} is no check of devices or links", hint=hint)
    if check.id != point.name:
        raise PluginError(f"check {check.id!r} is installed as {point.name!r}", hint=hint)
    try:
        check.documentation  # noqa: B018 its parts are demanded here, not when docs are made
    except ValueError as error:
        raise PluginError(f"check {check.id!r}: {error}", hint=hint) from None
    return check
