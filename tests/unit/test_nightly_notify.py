"""Messages and heartbeats, to a web server of our own; no URL gets anywhere else."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from netmod.errors import CredentialsError, NightlyError
from netmod.jobs.night import begin
from netmod.jobs.nightly import check_last
from netmod.jobs.notify import beat, check_targets, notify
from netmod.reports import Message
from netmod.settings import Project, open_project

# apprise's own import of a module that Python 3.13 no longer has
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "Zq1secret9"
MESSAGE = Message("netmod: 1 new, 0 fixed", "New drift (1)\n- sw1: kritisk, på linje 1")
NOW = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)


@dataclass
class Web:
    """What a web server got: paths, and bodies of what was posted."""

    port: int = 0
    answer: int = 200
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            web.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

        def do_GET(self) -> None:
            web.paths.append(self.path)
            self.send_response(web.answer)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        web.port = server.server_address[1]
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield web
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


def project(tmp_path: Path, secrets: dict[str, str], **nightly: object) -> Project:
    lines = [f"{key} = {json.dumps(value)}" for key, value in nightly.items()]
    (tmp_path / "netmod.toml").write_text(
        '[reports]\nlanguage = "nb"\n[nightly]\n' + "\n".join(lines) + "\n"
    )
    (tmp_path / ".netmod").mkdir(exist_ok=True)
    kept = tmp_path / ".netmod" / "credentials.toml"
    kept.write_text("[secrets]\n" + "".join(f'"{k}" = "{v}"\n' for k, v in secrets.items()))
    kept.chmod(0o600)
    return open_project(tmp_path, start=tmp_path, environ={})


def test_every_place_gets_the_message(tmp_path: Path, web: Web) -> None:
    url = f"json://127.0.0.1:{web.port}/{TOKEN}"
    secrets = {"notify/one": url, "notify/two": url + "2"}
    notify(project(tmp_path, secrets, notify=list(secrets)), MESSAGE)
    assert web.paths == [f"/{TOKEN}", f"/{TOKEN}2"]
    assert [(one["title"], one["message"]) for one in web.bodies] == [
        (MESSAGE.title, MESSAGE.body)
    ] * 2


def test_the_places_that_do_not_take_it_are_named_and_never_shown(
    tmp_path: Path, web: Web, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = {
        "notify/wrong": f"nosuch://{TOKEN}",
        "notify/broken": f"json://127.0.0.1:{web.port}/{TOKEN}",
        "notify/none": f"json://user:{TOKEN}@127.0.0.1:1/",
    }
    web.answer = 500
    with caplog.at_level(logging.INFO), pytest.raises(NightlyError) as caught:
        notify(project(tmp_path, secrets, notify=list(secrets)), MESSAGE)
    assert "notify/wrong, notify/broken, notify/none" in caught.value.message
    shown = capfd.readouterr()
    assert TOKEN not in caught.value.message + caught.value.hint + caplog.text
    assert TOKEN not in shown.out + shown.err


def test_nothing_is_sent_where_nobody_is_named(tmp_path: Path) -> None:
    notify(project(tmp_path, {}), MESSAGE)
    beat(project(tmp_path, {}))


def test_an_unknown_reference_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="notify/teams"):
        notify(project(tmp_path, {}, notify=["notify/teams"]), MESSAGE)


def test_without_apprise_the_run_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    check_targets(())
    with pytest.raises(NightlyError, match="apprise") as caught:
        check_targets(("notify/teams",))
    assert "netmod[notify]" in caught.value.hint


def test_a_heartbeat_is_a_request(tmp_path: Path, web: Web) -> None:
    url = f"http://127.0.0.1:{web.port}/ping/{TOKEN}"
    beat(project(tmp_path, {"beat": url}, heartbeat="beat"))
    assert web.paths == [f"/ping/{TOKEN}"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/", "http://[", "x"])
def test_a_heartbeat_that_is_not_taken_is_an_error_without_its_url(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(NightlyError) as caught:
        beat(project(tmp_path, {"beat": url}, heartbeat="beat"))
    assert url not in caught.value.message + caught.value.hint


def test_a_heartbeat_that_is_refused_is_an_error(tmp_path: Path, web: Web) -> None:
    web.answer = 503
    with pytest.raises(NightlyError, match="503"):
        beat(project(tmp_path, {"beat": f"http://127.0.0.1:{web.port}/"}, heartbeat="beat"))


def test_the_dead_mans_switch_tells_people(tmp_path: Path, web: Web) -> None:
    url = f"json://127.0.0.1:{web.port}/"
    there = project(tmp_path, {"n": url}, notify=["n"], late_after_hours=26)
    night = begin(there.state / "nightly", (), timedelta(), lambda: NOW)
    assert check_last(tmp_path, clock=lambda: NOW) is None  # it is not at its end
    night.finish()
    assert check_last(tmp_path, clock=lambda: NOW + timedelta(hours=25)) == NOW
    assert check_last(tmp_path, ("site=ahus",), clock=lambda: NOW) is None
    assert check_last(tmp_path, clock=lambda: NOW + timedelta(hours=26)) is None
    titles = [one["title"] for one in web.bodies]
    assert [title.split(" siden ")[1] for title in titles] == [
        "noen gang",
        "noen gang",
        "2026-11-28 06:00 UTC",
    ]
