"""Devices of CSV files and of NetBox: what they add, what differs, and what is refused.

The NetBox here answers with replies of our own writing, in the form of NetBox 4's published schema.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from netmod import cli
from netmod.errors import InputError, NetmodError
from netmod.inventory import load_inventory, read_csv, read_netbox
from netmod.inventory.imports import platform_id

ROOT = Path(__file__).parents[2]
TOKEN = "5f1c0ffee5f1c0ffee5f1c0ffee5f1c0ffee5f1c"
HEADING = "name,address,platform,role,site,model,serial\n"
NEW = "mos-as9,10.250.25.99,ios-xe,access,moss,C9300-48UXM,FCW00009999\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    (tmp_path / "netmod.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["netmod", "inventory", "import", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def device(number: int, name: str | None, **changes: Any) -> dict[str, Any]:
    """A device as `/api/dcim/devices/` lists it."""

    def nested(kind: str, slug: str) -> dict[str, Any]:
        url = f"http://netbox/api/dcim/{kind}/1/"
        return {"id": 1, "url": url, "display": slug, "name": slug, "slug": slug, "description": ""}

    address = f"10.250.25.{100 + number}/24"
    made: dict[str, Any] = {
        "id": number,
        "url": f"http://netbox/api/dcim/devices/{number}/",
        "display": name or f"Device {number}",
        "name": name,
        "device_type": {**nested("device-types", "c9300-48uxm"), "model": "C9300-48UXM"},
        "role": nested("device-roles", "access"),
        "tenant": None,
        "platform": nested("platforms", "cisco-ios-xe"),
        "serial": f"FCW0001{number:04}",
        "asset_tag": None,
        "site": nested("sites", "moss"),
        "rack": None,
        "status": {"value": "active", "label": "Active"},
        "primary_ip": {"id": number, "family": {"value": 4, "label": "IPv4"}, "address": address},
        "primary_ip4": {"id": number, "family": {"value": 4, "label": "IPv4"}, "address": address},
        "primary_ip6": None,
        "custom_fields": {},
        "tags": [],
    }
    return {**made, **changes}


class NetBox:
    """Answers `/api/dcim/devices/` page by page, to whom has the token."""

    def __init__(self) -> None:
        self.devices: list[dict[str, Any]] = []
        self.page = 50
        self.asked: list[str] = []
        self.next_host = ""
        self.answer: tuple[int, bytes] | None = None
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                box.asked.append(self.path)
                status, body = box.reply(self.path, self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def reply(self, path: str, authorization: str) -> tuple[int, bytes]:
        if authorization != f"Token {TOKEN}":
            return 403, json.dumps({"detail": "Invalid token"}).encode()
        if self.answer:
            return self.answer
        query = parse_qs(urlsplit(path).query)
        assert query["status"] == ["active"]
        start = int(query.get("offset", ["0"])[0])
        more = start + self.page < len(self.devices)
        following = f"/api/dcim/devices/?status=active&limit={self.page}&offset={start + self.page}"
        page = {
            "count": len(self.devices),
            "next": (self.next_host or self.url) + following if more else None,
            "previous": None,
            "results": self.devices[start : start + self.page],
        }
        return 200, json.dumps(page).encode()


@pytest.fixture
def netbox() -> Iterator[NetBox]:
    box = NetBox()
    thread = threading.Thread(target=box.server.serve_forever, daemon=True)
    thread.start()
    yield box
    box.server.shutdown()
    box.server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("spelling", "platform"),
    [
        ("cisco-ios-xe", "cisco_iosxe"),
        ("iosxe", "cisco_iosxe"),
        ("Cisco IOS-XE", "cisco_iosxe"),
        ("cisco_xe", "cisco_iosxe"),
        ("ios", "cisco_ios"),
        ("cisco-nx-os", "cisco_nxos"),
        ("ios-xr", "cisco_iosxr"),
        ("juniper-junos", "juniper_junos"),
        ("arista_eos", "arista_eos"),
        ("panos", None),
        ("", None),
        ("iosxefoo", None),
    ],
)
def test_platforms_are_known_by_their_usual_names(spelling: str, platform: str | None) -> None:
    assert platform_id(spelling) == platform


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_a_csv_file_is_read_with_any_usual_divider(tmp_path: Path, divider: str) -> None:
    file = tmp_path / "devices.csv"
    text = ("\ufeff" + HEADING + NEW).replace(",", divider)
    file.write_text(text, encoding="utf-8")
    (found,) = read_csv(file)
    assert (found.name, found.address, found.serial) == ("mos-as9", "10.250.25.99", "FCW00009999")
    assert found.where == f"{file}:2"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name,address\n", "the heading lacks platform, role, site"),
        (b"name,address,platform,role,site,colour\n", "the heading has unknown colour"),
        (HEADING.encode() + b"a,b\n", "more or fewer fields"),
        (HEADING.encode() + b"a,b,c,d,e,f,g,h\n", "more or fewer fields"),
        ("name,Ø\n".encode("latin-1"), "is not UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_csv_file_that_cannot_be_read(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "devices.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_csv(file)


def test_new_devices_are_shown_then_written_and_nothing_else_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "devices.csv").write_text(HEADING + NEW, encoding="utf-8")
    hosts = project / "inventory/lan/hosts.yaml"
    before, text = load_inventory(project / "inventory"), hosts.read_text(encoding="utf-8")
    assert invoke(monkeypatch, "--from", "csv", "devices.csv") == 0
    output = capsys.readouterr()
    assert "+  groups: [access, site-moss, cisco_iosxe]\n" in output.out
    assert "1 new devices: not written" in output.err
    assert hosts.read_text(encoding="utf-8") == text
    assert invoke(monkeypatch, "--from", "csv", "devices.csv", "--write") == 0
    after = load_inventory(project / "inventory")
    made = after.devices["mos-as9"]
    assert (made.address, made.platform, made.role, made.site) == (
        "10.250.25.99",
        "cisco_iosxe",
        "access",
        "moss",
    )
    assert {name: one for name, one in after.devices.items() if name != "mos-as9"} == before.devices
    capsys.readouterr()
    assert invoke(monkeypatch, "--from", "csv", "devices.csv", "--write") == 0
    assert "0 new devices" in capsys.readouterr().err


def test_what_differs_is_told_and_never_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "mos-as1,10.250.25.77,ios-xe,access,moss,,FCW00000061\n"
    (project / "devices.csv").write_text(HEADING + row, encoding="utf-8")
    hosts = project / "inventory/lan/hosts.yaml"
    text = hosts.read_text(encoding="utf-8")
    assert invoke(monkeypatch, "--from", "csv", "devices.csv", "--write") == 1
    out = capsys.readouterr().out
    assert "10.250.25.12" in out
    assert "10.250.25.77" in out
    assert "FCW00000061" not in out
    assert hosts.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x1,10.1.1.1,panos,access,moss,,\n", "devices.csv:2: x1: unknown platform 'panos'"),
        ("x1,10.1.1.1,ios,access,mos,,\n", "x1: unknown site 'mos'"),
        ("x1,,ios,access,moss,,\n", "x1: no address"),
        (",10.1.1.1,ios,access,moss,,\n", "a device without a name: no name"),
        ("x1,10.1.1.1,ios,,moss,,\n", "x1: no role"),
        ("x1,10.1.1.1,ios,access,moss,,\nx1,10.1.1.2,ios,access,moss,,\n", "in the source twice"),
        ("x1,10.250.25.12,ios,access,moss,,\n", "management address 10.250.25.12 is mos-as1's"),
    ],
)
def test_what_cannot_be_imported_is_named(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    row: str,
    message: str,
) -> None:
    (project / "devices.csv").write_text(HEADING + row, encoding="utf-8")
    assert invoke(monkeypatch, "--from", "csv", "devices.csv", "--write") == 2
    assert message in capsys.readouterr().err


def test_every_page_of_a_netbox_is_read(netbox: NetBox) -> None:
    netbox.page = 2
    netbox.devices = [device(number, f"mos-as{number + 10}") for number in range(1, 6)]
    found = read_netbox(netbox.url, TOKEN)
    assert [one.name for one in found] == [f"mos-as{number + 10}" for number in range(1, 6)]
    assert found[0].address == "10.250.25.101"
    assert (found[0].model, found[0].role, found[0].site) == ("C9300-48UXM", "access", "moss")
    assert len(netbox.asked) >= 3


def test_what_a_netbox_leaves_empty_is_told(
    project: Path,
    netbox: NetBox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    patch_panel = device(4, "pdu1")
    patch_panel["role"] = {**patch_panel["role"], "slug": "pdu", "name": "PDU"}
    netbox.devices = [
        device(1, None),
        device(2, "mos-as12", primary_ip4=None, primary_ip=None),
        device(3, "mos-as13", platform=None),
        patch_panel,
    ]
    monkeypatch.setenv("NETMOD_SECRET_NETBOX_TOKEN", TOKEN)
    monkeypatch.setenv("NETMOD_NETBOX_URL", netbox.url)
    assert invoke(monkeypatch, "--from", "netbox") == 2
    err = capsys.readouterr().err
    assert "NetBox device 1: a device without a name: no name" in err
    assert "NetBox device 2: mos-as12: no address" in err
    assert "NetBox device 3: mos-as13: no platform" in err
    assert "pdu" not in err
    assert TOKEN not in err
    netbox.devices = [device(5, "mos-as15"), patch_panel]
    assert invoke(monkeypatch, "--from", "netbox", "--write") == 0
    output = capsys.readouterr()
    assert "left out: 1 with role pdu" in output.err
    assert TOKEN not in output.out + output.err
    assert load_inventory(project / "inventory").devices["mos-as15"].address == "10.250.25.105"


@pytest.mark.parametrize(
    ("token", "answer", "next_host", "message"),
    [
        ("wrong", None, "", "NetBox refuses: 403"),
        (TOKEN, (500, b"{}"), "", "NetBox refuses: 500"),
        (TOKEN, (200, b"<html>"), "", "not what NetBox 4 gives"),
        (TOKEN, (200, b"[]"), "", "shows no active device"),
        (TOKEN, None, "http://127.0.0.1:9", "does not answer"),
    ],
)
def test_a_netbox_that_refuses_or_misleads(
    netbox: NetBox, token: str, answer: tuple[int, bytes] | None, next_host: str, message: str
) -> None:
    netbox.answer, netbox.next_host, netbox.page = answer, next_host, 1
    netbox.devices = [device(1, "a"), device(2, "b"), device(3, "c")]
    with pytest.raises(NetmodError, match=message) as caught:
        read_netbox(netbox.url, token)
    assert TOKEN not in str(caught.value)
    assert caught.value.hint


def test_a_token_is_not_sent_in_clear() -> None:
    with pytest.raises(InputError, match="over https only"):
        read_netbox("http://netbox.example", TOKEN)


def test_a_token_that_is_not_stored_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(monkeypatch, "--from", "netbox", "--url", "https://netbox.example") == 4
    assert "netbox/token" in capsys.readouterr().err
