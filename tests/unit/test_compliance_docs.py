"""docs/requirements.md says what the checks say, and names every key of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.compliance.checks import with_checks
from netmod.compliance.parameters import Parameters
from netmod.compliance.paths import PATH_STATUSES
from netmod.compliance.requirements import Order, Requirement, RequirementsFile, Scope
from netmod.compliance.waivers import Waiver

DOCS = Path(__file__).parents[2] / "docs" / "requirements.md"


def test_the_generated_part_is_current() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert text == with_checks(text), "run python -m netmod.compliance docs/requirements.md"


def test_a_document_without_the_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no part between"):
        with_checks("# Requirements\n")


@pytest.mark.parametrize("model", [RequirementsFile, Requirement, Scope, Parameters, Order, Waiver])
def test_every_key_is_described(model: type[Parameters]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    names = [name for name in model.model_fields if f"`{name}`" not in text]
    named_elsewhere = {"sources", "requirements", "milestones", "sets", "requirement", "subjects"}
    assert set(names) <= named_elsewhere


def test_every_status_of_a_path_is_described() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"| `{status}` |" in text for status in PATH_STATUSES)
