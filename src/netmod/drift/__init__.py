"""Intended against running: typed differences, and what to do about them."""

from netmod.drift._proposal import Command, Manual, Remediation
from netmod.drift._secrets import SecretJudge
from netmod.drift.cabling import cabling_drift
from netmod.drift.compare import compare
from netmod.drift.compared import (
    Compared,
    Configs,
    compare_configs,
    dump_compared,
    load_compared,
)
from netmod.drift.deviations import Deviation, DeviationsFile, load_deviations
from netmod.drift.device import Seen, device_drift
from netmod.drift.judging import judging, same_secret
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
from netmod.drift.remediation import remediate, take_back

__all__ = [
    "Change",
    "Command",
    "Compared",
    "Comparison",
    "Configs",
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
    "compare_configs",
    "device_drift",
    "dump_compared",
    "judging",
    "load_compared",
    "load_deviations",
    "remediate",
    "same_secret",
    "take_back",
]
