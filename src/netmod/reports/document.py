"""A document of sections and tables: `netmod.document/1`. Tertial reports, as-built documents and
test protocols are documents; their writers lay them out and compute nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from netmod.reports.parts import Part, Section
from netmod.reports.texts import Language

DocumentKind = Literal["tertial", "requirements", "as-built", "sat"]


class Document(Part):
    """Everything that a document shows, in the order in which it does.

    `figures` are label, value and detail of what a reader looks for first. `exit_code` is that of
    the verdicts that it is about: 0 fine, 1 findings, 3 incomplete.
    """

    schema_: Literal["netmod.document/1"] = Field(default="netmod.document/1", alias="schema")
    kind: DocumentKind
    language: Language
    title: str
    headline: str
    status: Literal["fine", "findings", "incomplete"]
    status_text: str
    basis: str = ""
    classification: str
    generated_at: datetime
    generated: str
    captured: str
    tool_version: str
    exit_code: Literal[0, 1, 3]
    notice: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()
    sections: tuple[Section, ...]
