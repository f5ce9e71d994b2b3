"""One report model, many writers. All text is made here, and no figure is."""

from netmod.reports import html, json, message, night, prometheus, terminal
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
    "html",
    "json",
    "message",
    "night",
    "prometheus",
    "terminal",
    "write_text",
]
