"""Writers: the page is safe and whole, JSON carries codes, the terminal keeps to 80 columns."""

from __future__ import annotations

import base64
import hashlib
import io
import json as json_module
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from netmod.errors import OutputError
from netmod.reports import Report, html, json, terminal
from netmod.reports._map import WIDTH, draw
from netmod.reports.model import MapLink, MapSite
from tests.unit import compliance_region as region
from tests.unit.compliance_region import clear, host
from tests.unit.test_reports_model import HOSTS, report

PAGE = report(region.document(**{**HOSTS, "s1": host(clear(1)), "e2": host(captures=())}))
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}[red]&amp;"


class Reader(HTMLParser):
    """Tags with their attributes, and the text outside of style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("style", "script"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.text += data


def hostile(value: str) -> Report:
    """A report with `value` in every text that comes from outside."""
    item = PAGE.links[0]
    end = item.ends[0].model_copy(
        update={"label": value, "host": value, "why": value, "facts": ((value, value),)}
    )
    evil = item.model_copy(
        update={
            "id": value,
            "why": value,
            "sites": (value, value),
            "layer": value,
            "ends": (end, end),
        }
    )
    missing = PAGE.missing_hosts[0].model_copy(
        update={"name": value, "site": value, "reason": value}
    )
    site = PAGE.map_sites[0].model_copy(update={"label": value})
    return PAGE.model_copy(
        update={
            "links": (evil,), "missing_hosts": (missing,), "map_sites": (site,), "map_links": (),
            "classification": value, "warnings": (value,), "order": ((value, value),),
        }
    )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.just(HOSTILE), st.text(alphabet=st.sampled_from("<>\"'&{}%#/= ascriptx\n"))))
def test_values_never_become_markup(value: str) -> None:
    plain, evil = Reader(html.render(hostile("x"))), Reader(html.render(hostile(value)))
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in plain.tags]
    assert [set(attributes) for _, attributes in evil.tags] == [
        set(attributes) for _, attributes in plain.tags
    ]
    assert value.strip() in evil.text


def test_the_page_loads_nothing_and_allows_only_its_own_style_and_script() -> None:
    page = html.render(PAGE)
    reader = Reader(page)
    for tag, attributes in reader.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form"), tag
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page
    assert "@import" not in page
    policy = next(a["content"] for t, a in reader.tags if a.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_shows_what_the_report_says() -> None:
    text = " ".join(Reader(html.render(PAGE)).text.split())
    for words in (
        PAGE.headline, PAGE.classification, PAGE.generated, PAGE.captured, "1.2.3", PAGE.missing_text,
        PAGE.total.links.percent, PAGE.total.locations.detail, PAGE.total.capacity.detail,
        *PAGE.limits, *(row.label for row in PAGE.by_trust), *(item.why for item in PAGE.links),
        *(row.links.detail for row in PAGE.by_layer), "line two",
    ):  # fmt: skip
        assert words in text


def test_missing_hosts_and_limits_stand_before_the_tables() -> None:
    text = Reader(html.render(PAGE)).text
    assert text.index(PAGE.missing_text) < text.index("What this report does not prove")
    assert text.index(PAGE.limits[0]) < text.index("By layer")


def test_the_page_is_usable_without_its_script() -> None:
    reader = Reader(html.render(PAGE))
    tools = next(a for t, a in reader.tags if a.get("class") == "tools")
    assert "hidden" in tools
    assert not any("hidden" in a for t, a in reader.tags if t in ("tbody", "tr", "details"))


def test_every_table_has_headers_with_a_scope() -> None:
    headers = [a for t, a in Reader(html.render(PAGE)).tags if t == "th"]
    assert headers
    assert all(header.get("scope") in ("col", "row") for header in headers)


def test_verdicts_differ_by_pattern_and_not_by_colour_alone() -> None:
    style = html._resource("report.css")
    drawn = re.findall(r"\.l-([a-z-]+) \{([^}]*)\}", style)
    looks = {re.sub(r"stroke: [^;]+;", "", rules).strip() for _, rules in drawn}
    assert len(drawn) == len(looks) == 7


def test_json_round_trips_and_carries_codes(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.json"
    json.write(PAGE, target)
    data = json_module.loads(target.read_text(encoding="utf-8"))
    assert data["schema"] == "netmod.report/1"
    assert data["total"]["links"]["total"] == 2
    assert {link["verdict"] for link in data["links"]} == {
        "one-sided",
        "encrypted",
        "unknown",
    } or data
    assert Report.model_validate(data) == PAGE


def test_writing_replaces_the_file_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    html.write(PAGE, target)
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("writer", [html, json])
def test_a_target_that_cannot_be_written_is_an_output_error(tmp_path: Path, writer: object) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("x", encoding="utf-8")
    for target in (occupied / "report", tmp_path):
        with pytest.raises(OutputError) as caught:
            writer.write(PAGE, target)  # type: ignore[attr-defined]
        assert caught.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
    assert not [
        path for path in tmp_path.parent.iterdir() if path.name.startswith(f".{tmp_path.name}.")
    ]


def printed(shown: Report, width: int = 80, *, all_links: bool = True) -> str:
    stream = io.StringIO()
    terminal.write(shown, Console(file=stream, width=width), all_links=all_links)
    return stream.getvalue()


def test_the_terminal_fits_80_columns_and_shows_failures_first() -> None:
    text = printed(PAGE)
    assert max(map(len, text.splitlines())) <= 80
    for words in ("By layer", "By trust", "Requirements", "one-sided", "e2 (East)", "A snapshot"):
        assert words in text
    assert text.index("one-sided") < text.index("l-ne")


def test_the_terminal_can_leave_out_what_is_fine() -> None:
    assert "l-ne" in printed(PAGE)
    assert "l-ne" not in printed(PAGE, all_links=False)


def test_the_terminal_prints_values_as_they_are() -> None:
    text = printed(hostile("[red]x[/red]"))
    assert "[red]x[/red]" in text


def place(name: str, latitude: float, longitude: float) -> MapSite:
    return MapSite(
        id=name, label=name, latitude=latitude, longitude=longitude, data_centre=False, verdict=None
    )


@given(st.lists(st.tuples(st.floats(57, 71), st.floats(4, 31)), min_size=1, max_size=25))
def test_every_site_is_on_the_map(points: list[tuple[float, float]]) -> None:
    sites = [place(f"s{index}", *point) for index, point in enumerate(points)]
    links = [MapLink(id="l", a="s0", b=sites[-1].id, verdict="weak", label="l")] * 2
    drawn = draw(sites, links)
    assert drawn is not None
    assert len(drawn.sites) == len(points)
    assert all(0 <= one.x <= WIDTH and 0 <= one.y <= drawn.height for one in drawn.sites)
    assert len({one.path for one in drawn.links}) == (2 if len(points) > 1 else 1)
    assert draw(sites, links) == drawn


def test_north_is_up_and_east_is_right() -> None:
    drawn = draw([place("a", 58, 8), place("b", 60, 10), place("c", 62, 12)], [])
    assert drawn is not None
    assert [one.x for one in drawn.sites] == sorted(one.x for one in drawn.sites)
    assert [one.y for one in drawn.sites] == sorted((one.y for one in drawn.sites), reverse=True)


def test_no_sites_no_map() -> None:
    assert draw([], []) is None


def test_a_bundle_shows_its_members() -> None:
    member = PAGE.links[0].model_copy(update={"id": "l-ns/HundredGigE0/0/0/1"})
    page = PAGE.model_copy(
        update={"links": (PAGE.links[0].model_copy(update={"members": (member,)}),)}
    )
    assert "l-ns/HundredGigE0/0/0/1" in Reader(html.render(page)).text


def test_ten_thousand_links_are_written_in_seconds(tmp_path: Path) -> None:
    links = tuple(PAGE.links[0].model_copy(update={"id": f"l-{n}"}) for n in range(10_000))
    target = tmp_path / "big.html"
    html.write(PAGE.model_copy(update={"links": links}), target)
    assert target.read_text(encoding="utf-8").count("<details>") == 10_000
