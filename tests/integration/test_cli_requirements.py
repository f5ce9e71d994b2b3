"""`netmod requirements` on the region that ships, and on a snapshot of one of its devices."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netmod import cli

PROJECT = Path(__file__).parents[2]
Invoke = Callable[..., tuple[int, str, str]]
CONFIG = """\
hostname are-we1
no ip http server
no ip http secure-server
logging host 192.0.2.10
line vty 0 4
 transport input ssh
end
"""


@pytest.fixture
def netmod(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Invoke:
    """Run `netmod requirements` in the project, on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str, project: Path = PROJECT) -> tuple[int, str, str]:
        monkeypatch.setattr(
            sys, "argv", ["netmod", "--project", str(project), "requirements", *arguments]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        return ended.value.code or 0, output.out, output.err  # type: ignore[return-value]

    return invoke


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    host = tmp_path / "snapshot" / "are-we1"
    host.mkdir(parents=True)
    text = f"Building configuration...\n\nCurrent configuration : 200 bytes\n!\n{CONFIG}"
    (host / "show_running-config.txt").write_text(text, encoding="utf-8")
    return host.parent


def as_json(netmod: Invoke, *arguments: str) -> Any:
    code, out, _ = netmod(*arguments, "--format", "json")
    return code, json.loads(out)


def test_list_and_its_sets(netmod: Invoke) -> None:
    code, every = as_json(netmod, "list")
    assert code == 0
    _, order = as_json(netmod, "list", "--set", "order")
    assert [one["id"] for one in order] == [
        "order-stamnett", "order-dci", "order-c-locations", "order-inner-core", "order-storage",
    ]  # fmt: skip
    assert len(every) > len(order)
    code, out, _ = netmod("list", "--language", "nb")
    assert code == 0
    assert "Kryptert stamnett" in out
    assert "not registered" in out


def test_what_is_not_there_names_what_is(netmod: Invoke) -> None:
    code, _, err = netmod("list", "--set", "nothing")
    assert code == 2
    assert "there are order, nsm, normen, hardening" in err
    code, _, err = netmod("show", "nothing")
    assert code == 2
    assert "no requirement 'nothing'" in err


def test_show_prints_the_marks_of_the_sources(netmod: Invoke) -> None:
    code, out, _ = netmod("show", "normen-24")
    assert code == 0
    assert "[verified]" in out
    assert "[unverified]" in out
    _, out, _ = netmod("show", "stig-cisc-nd-001450")
    assert "syslog-servers (minimum 2)" in out
    assert "[secondary]" in out
    _, out, _ = netmod("show", "order-dci", "--language", "nb")
    assert "programmets milepæl MP5" in out
    assert "reached not registered" in out


def test_check_judges_devices_and_links(netmod: Invoke, snapshot: Path) -> None:
    code, found = as_json(netmod, "check", "--snapshot", str(snapshot), "--set", "hardening")
    assert code == 3
    results = {
        (one["requirement"], one["check"]): one["outcome"]
        for one in found["findings"]
        if one["subject"] == "are-we1"
    }
    assert results["stig-cisc-nd-000470", "telnet-off"] == "pass"
    assert results["stig-cisc-nd-000470", "http-off"] == "pass"
    assert results["stig-cisc-nd-001450", "syslog-servers"] == "fail"
    assert results["stig-cisc-nd-001470", "supported-software"] == "unknown"
    others = {one["outcome"] for one in found["findings"] if one["subject"] != "are-we1"} - {
        one["outcome"] for one in found["findings"] if one["subject"].startswith("are-we1")
    }
    assert others <= {"unknown"}
    assert all(tally["total"] == sum(tally["counts"].values()) for tally in found["tallies"])
    code, out, _ = netmod("check", "--snapshot", str(snapshot), "--set", "order")
    assert code == 3
    assert "sn-are-dca-1" in out


def test_an_expired_waiver_is_shown_as_a_finding(
    netmod: Invoke, snapshot: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    for name in ("inventory", "compliance", "netmod.toml"):
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        project.mkdir(exist_ok=True)
        copy(PROJECT / name, project / name)
    (project / "compliance" / "waivers.yaml").write_text(
        "waivers:\n"
        "  w-1: {requirement: stig-cisc-nd-001450, subjects: [are-we1], reason: a, owner: b,\n"
        "        ticket: CHG1, approver: c, approved_on: 2020-01-01, expires: 2020-02-01}\n",
        encoding="utf-8",
    )
    arguments = ("check", "--snapshot", str(snapshot), "--set", "hardening")
    code, out, _ = netmod(*arguments, project=project)
    assert code == 3
    assert "the waiver expired on 2020-02-01" in out
    assert "waiver expired 2020-02-01]" in out


def test_paths_show_pairs_trusts_and_cut_links(netmod: Invoke, snapshot: Path) -> None:
    code, found = as_json(netmod, "paths", "--snapshot", str(snapshot))
    assert code == 3
    sites = len(found["sites"])
    assert sum(found["pairs"].values()) == sites * (sites - 1) // 2
    assert found["pairs"]["encrypted"] == 0
    assert len(found["matrix"]) == sites
    code, out, _ = netmod("paths", "--snapshot", str(snapshot), "--matrix", "--attested")
    assert code == 3
    assert "links that matter" in out


def test_cryptography_of_a_snapshot(netmod: Invoke, snapshot: Path) -> None:
    (snapshot / "are-we1" / "show_snmp_user.txt").write_text(
        "User name: ops\nEngine ID: 800000090300\nstorage-type: nonvolatile\t active\n"
        "Authentication Protocol: SHA\nPrivacy Protocol: AES128\nGroup-name: OPS\n",
        encoding="utf-8",
    )
    code, found = as_json(netmod, "cryptography", "--snapshot", str(snapshot))
    assert code == 0
    uses = {(one["function"], one["algorithm"].lower(), one["key_bits"]) for one in found}
    assert ("snmp-privacy", "aes128", 128) in uses
    _, out, _ = netmod("cryptography", "--snapshot", str(snapshot))
    assert f"{len(found)} uses of cryptography" in out
