"""Secrets of real captures: none of them is in any text that readers see.

The captures are no part of the project: `NETMOD_EVIDENCE` names their folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from netmod.evidence import read_snapshot, redact
from tests.evidence import cases, root

FOLDER = root()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="NETMOD_EVIDENCE names no folder")
CASES = cases(FOLDER) if FOLDER else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_secret_is_left_and_no_line_is_lost(case: Path) -> None:
    expected = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    places = [expected, *expected["hosts"].values()]
    secrets = {str(secret) for place in places for secret in place.get("must_redact", ())}
    for host in read_snapshot(case).hosts:
        for capture in host.captures:
            left = {secret for secret in secrets if secret in capture.text}
            assert not left, capture.file
            assert redact(capture.text) == capture.text
            raw = (case / capture.file).read_bytes()
            assert capture.text.count("\n") == raw.count(b"\n")
