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
from netmod.reports._sections import Basis
from netmod.reports.anonymous import Pseudonyms, Words, anonymous
from netmod.reports.build import Edition, build_report
from netmod.reports.document import Document
from netmod.reports.extend import for_trust, with_sections
from netmod.reports.message import Message
from netmod.reports.model import Report
from netmod.reports.night import NightReport
from netmod.reports.site import SiteBasis, build_as_built, build_sat
from netmod.reports.tertial import build_requirements, build_tertial
from netmod.reports.texts import LANGUAGES, Language, texts_of

__all__ = [
    "LANGUAGES",
    "Basis",
    "Document",
    "Edition",
    "Language",
    "Message",
    "NightReport",
    "Pseudonyms",
    "Report",
    "SiteBasis",
    "Words",
    "anonymous",
    "build_as_built",
    "build_report",
    "build_requirements",
    "build_sat",
    "build_tertial",
    "csv",
    "for_trust",
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
    "texts_of",
    "with_sections",
    "write_text",
    "xlsx",
]
