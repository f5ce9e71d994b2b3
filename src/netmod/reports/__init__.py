"""One report model, many writers. All text is made here, and no figure is."""

from netmod.reports import (
    csv,
    html,
    json,
    junit,
    message,
    night,
    oscal,
    pdf,
    prometheus,
    sarif,
    terminal,
    xlsx,
)
from netmod.reports._files import write_text
from netmod.reports.build import Edition, build_report
from netmod.reports.message import Message
from netmod.reports.model import Report
from netmod.reports.night import NightReport
from netmod.reports.texts import LANGUAGES, Language

__all__ = [
    "LANGUAGES",
    "Edition",
    "Language",
    "Message",
    "NightReport",
    "Report",
    "build_report",
    "csv",
    "html",
    "json",
    "junit",
    "message",
    "night",
    "oscal",
    "pdf",
    "prometheus",
    "sarif",
    "terminal",
    "write_text",
    "xlsx",
]
