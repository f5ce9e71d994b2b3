"""The standard's document: it is current, and it leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.intent.handbook import handbook
from netmod.inventory import load_inventory
from netmod.inventory.standard import HostData

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def written() -> str:
    return handbook(load_inventory(ROOT / "inventory"), ROOT / "templates")


def test_the_document_is_current(written: str) -> None:
    current = (ROOT / "docs" / "standard.md").read_text(encoding="utf-8")
    hint = "run: python -m netmod.intent > docs/standard.md"
    assert current.splitlines() == written.splitlines(), hint


def test_every_key_and_every_partial_is_explained(written: str) -> None:
    for key in HostData.__optional_keys__:
        assert f"`{key}`" in written, key
    apart = {"interfaces", "secured_port", "static"}
    for path in (ROOT / "templates").glob("*/partials/*.j2"):
        assert path.stem in apart or f"\n## {path.stem}\n" in written, path


def test_a_topic_has_one_name_in_models_and_on_every_platform() -> None:
    modules = {path.stem for path in (ROOT / "src/netmod/inventory/standard").glob("*.py")}
    apart = {"interfaces", "secured_port", "static", "macsec", "banner"}
    for platform in (ROOT / "templates").iterdir():
        partials = {path.stem for path in (platform / "partials").glob("*.j2")}
        assert partials - apart <= modules, platform.name
        assert {"system", "aaa", "management", "snmp", "logging", "ntp", "pki", "qos", "zones",
                "control_plane", "banner", "macsec", "interfaces"} <= partials  # fmt: skip


def test_every_partial_is_used() -> None:
    for platform in (ROOT / "templates").iterdir():
        texts = "".join(path.read_text(encoding="utf-8") for path in platform.rglob("*.j2"))
        for path in (platform / "partials").glob("*.j2"):
            assert f"{platform.name}/partials/{path.name}" in texts, path
