"""What libraries log reaches the terminal without secrets."""

from __future__ import annotations

import logging

import pytest

from netmod.cli._logging import RedactingHandler


@pytest.mark.parametrize(
    "message", ["sent: enable secret 9 canary", 'failed with {"password": "canary"}']
)
def test_a_record_is_redacted(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.Logger("library")
    logger.addHandler(RedactingHandler())
    logger.warning("%s", message)
    shown = capsys.readouterr().err
    assert shown.strip()
    assert "canary" not in shown
