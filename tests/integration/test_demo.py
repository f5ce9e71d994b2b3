"""The main job on the lab: each planted fault gets its verdict, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.devices import Collection
from netmod.jobs.demo import Demonstration, Watcher, demonstrate
from netmod.reports.model import LinkItem

PROJECT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.network

EXPECTED = {
    "one-sided": ("one-sided", "M15"),
    "should-secure": ("weak", "M01"),
    "weak-cipher": ("weak", "M05"),
    "expired-key": ("unencrypted", "M09"),
    "mismatched-ckn": ("unencrypted", "M15"),
    "confidentiality-offset": ("weak", "M07"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    quiet = Watcher(step=lambda text: None, collected=lambda status, total: None)
    return demonstrate(PROJECT, tmp_path_factory.mktemp("demo") / "out", quiet)


def links(made: Demonstration) -> dict[str, LinkItem]:
    return {link.id: link for link in made.report.links}


def test_each_planted_fault_gets_its_verdict(made: Demonstration) -> None:
    found = {
        fault: (links(made)[link].verdict, {one.code for one in links(made)[link].weaknesses})
        for link, fault in made.planted.items()
    }
    assert {fault: verdict for fault, (verdict, _) in found.items()} == {
        fault: verdict for fault, (verdict, _) in EXPECTED.items()
    }
    for fault, (_, code) in EXPECTED.items():
        assert code in found[fault][1], fault


def test_no_other_link_of_ours_with_keys_is_found_wanting(made: Demonstration) -> None:
    from netmod.inventory import load_inventory  # noqa: PLC0415 only this test needs it

    inventory = load_inventory(PROJECT / "inventory")
    wanting = [
        link.id
        for link in made.report.links
        if link.verdict != "encrypted"
        and link.id not in made.planted
        and inventory.links[link.id].encryption is not None
        and not any(
            inventory.devices[end.device].site == made.dead_site
            for end in inventory.links[link.id].managed_ends
        )
    ]
    assert wanting == []


def test_the_dead_site_is_named_and_its_links_are_never_encrypted(made: Demonstration) -> None:
    missing = {host.name for host in made.report.missing_hosts}
    assert missing == {status.host for status in made.collection.failed}
    assert missing
    dark = [link for link in made.report.links if any(end.host in missing for end in link.ends)]
    assert dark
    assert all(link.verdict in ("unknown", "unencrypted") for link in dark)


def test_files_are_where_the_demo_says(made: Demonstration) -> None:
    assert [path.name for path in made.files] == ["report.html", "report.json", "snapshot"]
    assert all(path.exists() for path in made.files)


def test_an_interrupted_demo_stops_the_lab_and_writes_no_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*arguments: object, **options: object) -> Collection:
        return Collection((), interrupted=True)

    monkeypatch.setattr("netmod.jobs.demo.collect_to", stopped)
    quiet = Watcher(step=lambda text: None, collected=lambda status, total: None)
    with pytest.raises(KeyboardInterrupt):
        demonstrate(PROJECT, tmp_path / "out", quiet)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["known_hosts"]
