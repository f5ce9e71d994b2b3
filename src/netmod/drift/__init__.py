"""Intended against running: typed differences, and what to do about them."""

from netmod.drift._secrets import SecretJudge
from netmod.drift.cabling import cabling_drift
from netmod.drift.compare import compare
from netmod.drift.deviations import Deviation, DeviationsFile, load_deviations
from netmod.drift.device import Seen, device_drift
from netmod.drift.model import (
    Change,
    Comparison,
    Difference,
    DriftItem,
    DriftReport,
    HostDrift,
    Severity,
    StateDifference,
)
from netmod.drift.remediation import Command, Manual, Remediation, remediate

__all__ = [
    "Change",
    "Command",
    "Comparison",
    "Deviation",
    "DeviationsFile",
    "Difference",
    "DriftItem",
    "DriftReport",
    "HostDrift",
    "Manual",
    "Remediation",
    "SecretJudge",
    "Seen",
    "Severity",
    "StateDifference",
    "cabling_drift",
    "compare",
    "device_drift",
    "load_deviations",
    "remediate",
]
