"""Every page by axe-core in Chromium: WCAG 2.1 A and AA, in both languages, light and dark.

Skipped on a desk where axe-core (tests/validators.py) or Chromium is absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netmod.jobs import report as job
from netmod.jobs.check import Judged, check
from netmod.jobs.report import Wanted
from netmod.reports import html
from tests import validators
from tests.integration.test_reports_browser import CHROMIUM, Browser
from tests.unit.evidence_project import write_project, write_snapshot
from tests.unit.test_reports_texts import everything

AXE = validators.FOLDER / "axe_playwright_python" / "axe.min.js"
pytestmark = [
    validators.needed,
    pytest.mark.skipif(
        CHROMIUM is None and not validators.REQUIRED, reason="chromium is not installed"
    ),
]
RUN = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
  .then((found) => JSON.stringify({
    passes: found.passes.length,
    violations: found.violations.map((one) => ({
      id: one.id, help: one.help, targets: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 160)),
    })),
  }))
"""
KINDS = [
    ("coverage", {}),
    ("requirements", {}),
    ("tertial", {}),
    ("trust", {"trust": "nord"}),
    ("as-built", {"site": "bjorkly"}),
    ("sat", {"site": "bjorkly"}),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("axe")
    project = write_project(folder / "project")
    return check(project, write_snapshot(folder / "snapshot", without=("fje-we1",)))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    page = Browser(tmp_path_factory.mktemp("axe-browser") / "profile")
    try:
        page.open()
        yield page
    finally:
        page.close()


def violations(browser: Browser, page: str, file: Path, scheme: str) -> list[dict[str, Any]]:
    file.write_text(page, encoding="utf-8")
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.send("Emulation.setEmulatedMedia", features=features)
    browser.events.clear()
    browser.send("Page.navigate", url=file.as_uri())
    browser.wait_for("Page.loadEventFired")
    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    browser.send("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
    answer = browser.send("Runtime.evaluate", expression=RUN, awaitPromise=True, returnByValue=True)
    assert "exceptionDetails" not in answer, answer
    found = json.loads(answer["result"]["value"])
    assert found["passes"] > 15
    return list(found["violations"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_report_with_everything(
    browser: Browser, tmp_path: Path, language: str, scheme: str
) -> None:
    page = html.render(everything(language))
    assert violations(browser, page, tmp_path / "page.html", scheme) == []


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize(("kind", "values"), KINDS)
def test_every_kind(
    browser: Browser, judged: Judged, tmp_path: Path, kind: Any, values: Any, language: Any
) -> None:
    shown = job._built(judged, Wanted(kind, language, **values))
    assert violations(browser, html.render(shown), tmp_path / "page.html", "light") == []
