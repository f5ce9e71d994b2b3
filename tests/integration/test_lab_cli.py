"""`netmod lab`: a generated region, its faults and its log, from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from netmod import cli

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.network


@pytest.fixture
def netmod(capsys, monkeypatch, tmp_path):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["netmod", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    yield run
    run("--project", tmp_path / "region", "lab", "down")


def test_a_region_comes_up_goes_wrong_and_goes_down(netmod, tmp_path):
    region = tmp_path / "region"
    code, out, err = netmod("--project", ROOT, "lab", "up", "--devices", 2, "--out", region)
    assert (code, err) == (0, "")
    assert "runs 2 devices" in out
    assert f"netmod --project {region} collect --lab lab" in out

    def lab(*arguments):
        return netmod("--project", region, "lab", *arguments)

    hosts = [row["device"] for row in json.loads(lab("status", "--format", "json")[1])]
    assert lab("fault", "list")[1] == "no fault is in force\n"
    assert lab("log")[1] == "every device was reached all the time\n"
    assert lab("fault", hosts[0], "clock-skew", "-5m") == (0, "", "")
    assert lab("fault", hosts[1], "unreachable") == (0, "", "")
    assert json.loads(lab("fault", "list", "--format", "json")[1]) == {
        hosts[0]: ["clock-skew -300s"],
        hosts[1]: ["unreachable"],
    }
    assert "unreachable" in lab("fault", "list")[1]
    (entry,) = json.loads(lab("log", hosts[1], "--format", "json")[1])
    assert not entry["reachable"]
    code, _, err = lab("fault", hosts[0], "explode")
    assert code == 4
    assert "hint: write it as: netmod lab fault HOST FAULT" in err
    code, _, err = lab("fault", "nobody", "unreachable")
    assert code == 4
    assert "no device nobody" in err
    assert lab("fault", hosts[1], "clear") == (0, "", "")
    assert "reached again" in lab("log")[1]
    assert lab("down")[1] == "lab lab is stopped\n"
    code, _, err = lab("log")
    assert code == 4
    assert "no lab named lab runs" in err


def test_out_is_for_a_generated_region(netmod, tmp_path):
    code, _, err = netmod("--project", ROOT, "lab", "up", "--out", tmp_path / "x")
    assert code == 2
    assert "--devices" in err
