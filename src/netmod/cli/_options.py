"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Annotated[Literal["table", "json"], typer.Option("--format", help="Form of the output.")]
Filter = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILTER]...",
        help="Host names or key=value (domain, site, trust, class, role, platform); commas mean "
        "or, several terms mean and, * and ? are wildcards.",
    ),
]
SnapshotOption = Annotated[
    Path, typer.Option("--snapshot", help="Folder with captures.", metavar="DIR")
]
LanguageOption = Annotated[
    Literal["en", "nb"] | None,
    typer.Option("--language", help="Language of the report; default: [reports] language."),
]
ReportFormat = Literal["html", "pdf", "json", "csv", "xlsx", "junit", "sarif", "oscal"]
ReportKind = Literal["coverage", "requirements", "trust", "tertial", "as-built", "sat"]
