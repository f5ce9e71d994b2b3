"""One report model, many writers. All text is made here, and no figure is."""

from netmod.reports import html, json, terminal
from netmod.reports.build import build_report
from netmod.reports.model import Report

__all__ = ["Report", "build_report", "html", "json", "terminal"]
