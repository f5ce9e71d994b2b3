"""Checks: what a requirement can ask of a device or a link, each a small class or a table's row."""

from netmod.compliance.checks._base import (
    Check,
    DeviceCheck,
    DeviceSubject,
    Documentation,
    Judgement,
    LinkCheck,
    LinkSubject,
    NoInputs,
    Outcome,
)
from netmod.compliance.checks._handbook import as_markdown, sample, with_checks
from netmod.compliance.checks._links import ENCRYPTION, as_judgement
from netmod.compliance.checks._registry import BUILT_IN, GROUP, Checks, find_checks
from netmod.compliance.checks._run import Judged, judge_device, judge_link_by

__all__ = [
    "BUILT_IN",
    "ENCRYPTION",
    "GROUP",
    "Check",
    "Checks",
    "DeviceCheck",
    "DeviceSubject",
    "Documentation",
    "Judged",
    "Judgement",
    "LinkCheck",
    "LinkSubject",
    "NoInputs",
    "Outcome",
    "as_judgement",
    "as_markdown",
    "find_checks",
    "judge_device",
    "judge_link_by",
    "sample",
    "with_checks",
]
