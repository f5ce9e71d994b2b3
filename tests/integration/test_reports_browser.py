"""The page in Chromium: no error, no request, a filter and a sort that work, no sideways scroll.

Skipped where no Chromium is installed. It is driven through its debugging pipe: no socket opens.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netmod.reports import html
from tests.unit.test_reports_writers import PAGE

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
TIMEOUT = 30.0

# Chromium's pipe is descriptors 3 and 4, whatever numbers ours have.
LAUNCH = """
import fcntl, os, sys
pipe = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(pipe[0], 3)
os.dup2(pipe[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One page of a headless Chromium. Commands and events are JSON texts ended by NUL."""

    def __init__(self, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--remote-debugging-pipe",
            f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(theirs_in), str(theirs_out), *command],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self.events: list[dict[str, Any]] = []
        self._buffer = b""
        self._last = 0
        self._session: str | None = None

    def open(self) -> None:
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one command; events that arrive meanwhile are kept."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def wait_for(self, event: str) -> None:
        while not any(one["method"] == event for one in self.events):
            self._receive()

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], TIMEOUT)
            assert ready, "chromium does not answer"
            chunk = os.read(self._in, 1 << 16)
            assert chunk, "chromium ended"
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
        self._process.terminate()
        self._process.wait(timeout=TIMEOUT)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("page")
    html.write(PAGE, folder / "report.html")
    page = Browser(folder / "profile")
    try:
        page.open()
        page.send("Page.navigate", url=(folder / "report.html").as_uri())
        page.wait_for("Page.loadEventFired")
        yield page
    finally:
        page.close()


def shown(browser: Browser) -> list[str]:
    """Ids of the links that can be seen, in their order."""
    rows = "[...document.querySelectorAll('table.links tbody')]"
    found = browser.value(f"{rows}.filter(r => r.offsetParent).map(r => r.dataset.link)")
    return list(found)


def choose(browser: Browser, field: str, value: str) -> None:
    element = f"document.getElementById('{field}')"
    browser.value(
        f"{element}.value = {json.dumps(value)}; {element}.dispatchEvent(new Event('input'))"
    )


def test_no_error_and_no_request(browser: Browser) -> None:
    assert browser.value("document.title").startswith(PAGE.title)
    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    complaints = [
        event
        for event in browser.events
        if event["method"]
        in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    ]
    assert not complaints
    requests = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url.split(":")[0] for url in requests] == ["file"]


def test_the_policy_is_in_force(browser: Browser) -> None:
    before = len(browser.events)
    browser.value("document.body.setAttribute('style', 'opacity: 0.5')")
    assert browser.value("getComputedStyle(document.body).opacity") == "1"
    browser.value("document.body.removeAttribute('style')")
    assert any(event["method"] == "Log.entryAdded" for event in browser.events[before:])
    del browser.events[before:]


def test_the_filter_works(browser: Browser) -> None:
    everything = shown(browser)
    assert everything == [item.id for item in PAGE.links]
    choose(browser, "verdict", "one-sided")
    assert shown(browser) == ["l-ns"]
    choose(browser, "verdict", "")
    choose(browser, "search", "no-such-link")
    assert shown(browser) == []
    assert browser.value("document.getElementById('shown').textContent").startswith("0 / 3")
    choose(browser, "search", "")
    assert shown(browser) == everything


def test_sorting_by_a_heading_works_both_ways(browser: Browser) -> None:
    button = "document.querySelector('th[data-key=link] button')"
    browser.value(f"{button}.click()")
    assert shown(browser) == sorted(item.id for item in PAGE.links)
    browser.value(f"{button}.click()")
    assert shown(browser) == sorted((item.id for item in PAGE.links), reverse=True)
    browser.value("document.querySelector('th[data-key=rank] button').click()")


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_nothing_makes_the_page_scroll_sideways(browser: Browser, width: int) -> None:
    browser.send(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=900,
        deviceScaleFactor=1,
        mobile=False,
    )
    assert browser.value("document.documentElement.scrollWidth") <= width
    browser.send("Emulation.clearDeviceMetricsOverride")


CONTRAST = """
(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = color.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = rgb(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  let worst = 21;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest("svg, script")) continue;
    const a = light(rgb(getComputedStyle(element).color)), b = light(ground(element));
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(browser: Browser, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.send("Emulation.setEmulatedMedia", features=features)
    assert browser.value("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    assert browser.value(CONTRAST) >= 4.5
