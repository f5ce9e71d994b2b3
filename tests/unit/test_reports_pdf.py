"""The PDF: what an archive asks of it, and the figures of the model in its text."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from netmod.reports import Report, pdf
from tests.unit.test_reports_texts import everything
from tests.unit.test_reports_writers import PAGE, hostile

logging.getLogger("pikepdf").setLevel(logging.ERROR)
HOSTILE = '#panic("x") $x$ *b* _i_ <l> @r `c` \\ // = h'


def opened(shown: Report) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.render(shown)))


def words(shown: Report) -> str:
    """The text of all pages in its order, without any white space: lines break where they must."""
    document = pypdfium2.PdfDocument(pdf.render(shown))
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    return "".join(text.split())


def headings(elements: Any) -> list[str]:
    """The roles of the structure, depth first: what a screen reader goes through."""
    found: list[str] = []
    for one in elements if isinstance(elements, pikepdf.Array) else [elements]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(str(one.S))
        if isinstance(one, pikepdf.Dictionary) and "/K" in one:
            found += headings(one.K)
    return found


@pytest.mark.parametrize("language", ["en", "nb"])
def test_it_is_tagged_and_has_language_title_and_bookmarks(language: str) -> None:
    shown = everything(language)
    with opened(shown) as document:
        root = document.Root
        assert str(root.Lang) == language
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]) == shown.title
        roles = headings(root.StructTreeRoot.K)
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L"} <= set(roles)
        assert roles.index("/H1") < roles.index("/Table")
        with document.open_outline() as outline:
            assert len(outline.root) >= 5
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize("language", ["en", "nb"])
def test_it_has_the_figures_of_the_model(language: str) -> None:
    shown = everything(language)
    text = words(shown)
    for row in (shown.total, *shown.by_layer, *shown.by_trust):
        for share in (row.links, row.locations, row.capacity):
            assert squeezed(f"{share.percent} {share.detail}") in text
    for link in shown.links:
        assert squeezed(link.id) in text
    assert squeezed(shown.missing_text) in text
    assert text.index(squeezed(shown.missing_text)) < text.index(squeezed(shown.by_layer[0].label))


def test_values_are_text_and_never_markup() -> None:
    assert squeezed(f"({HOSTILE})")[1:-1] in words(hostile(HOSTILE))


def test_the_same_report_gives_the_same_file(tmp_path: Path) -> None:
    pdf.write(PAGE, tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes() == pdf.render(PAGE)


def test_a_thousand_links_fill_many_pages() -> None:
    links = tuple(PAGE.links[0].model_copy(update={"id": f"l-{n}"}) for n in range(1000))
    with opened(PAGE.model_copy(update={"links": links})) as document:
        assert len(document.pages) >= 30
