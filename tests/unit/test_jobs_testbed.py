"""The testbed for pyATS as a document; that pyATS takes it is shown in tests/pyats."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from netmod.errors import OutputError
from netmod.jobs.testbed import write_testbed

ROOT = Path(__file__).parents[2]


def test_the_sample_project_as_a_testbed(tmp_path: Path) -> None:
    out = tmp_path / "testbed.yaml"
    number = write_testbed(ROOT, ("platform=cisco_iosxe",), out)
    text = out.read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    devices = found["devices"].values()
    assert len(devices) == number > 0
    assert {device["os"] for device in devices} == {"iosxe"}
    assert found["testbed"]["credentials"]["default"]["password"] == "%ENV{NETMOD_PASSWORD}"
    for device in devices:
        cli = device["connections"]["cli"]
        assert "StrictHostKeyChecking=yes" in cli["ssh_options"]
        assert cli["arguments"] == {"init_config_commands": []}


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file"):
        write_testbed(ROOT, (), tmp_path / "none" / "testbed.yaml")
