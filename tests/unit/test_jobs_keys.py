"""`netmod keys`: what is made, where it goes, and where it never shows."""

from __future__ import annotations

import json
import logging
import re
import shutil
import stat
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmod.cli import app
from netmod.errors import CredentialsError, InputError
from netmod.inventory import load_inventory
from netmod.jobs import keys

ROOT = Path(__file__).parents[2]
LINK, BARE = "ic-dca-ull-1", "st-clear"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample with one link more, which has no encryption; it is 28 November 2026."""
    root = tmp_path / "p"
    shutil.copytree(ROOT / "inventory", root / "inventory")
    (root / "netmod.toml").write_text("")
    links = root / "inventory" / "links.yaml"
    text = links.read_text(encoding="utf-8")
    links.write_text(
        text + f"{BARE}:\n  layer: storage\n"
        "  a: {device: dca-lf1, interface: Ethernet1/47}\n"
        "  b: {device: dcb-lf1, interface: Ethernet1/47}\n"
        "  capacity: 10G\n",
        encoding="utf-8",
    )
    at(monkeypatch, "2026-11-28")
    for name in ("NETMOD_USERNAME", "NETMOD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return root


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    moment = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    monkeypatch.setattr(keys, "now", lambda: moment)


def run(project: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--project", str(project), "keys", *words])


def stored(project: Path) -> dict[str, str]:
    path = project / ".netmod" / "credentials.toml"
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["secrets"]
    return found


def chain_of(project: Path, link: str = LINK) -> Sequence[str]:
    inventory = load_inventory(project / "inventory")
    encryption = inventory.links[link].encryption
    assert encryption is not None
    return [key.secret for key in inventory.key_chains[encryption.key_chain].keys]


def test_a_link_without_encryption_gets_keys_whose_secrets_show_nowhere(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    result = run(project, "new", BARE, "--write")
    assert result.exit_code == 0, result.output
    secrets = stored(project)
    assert set(secrets) == {"macsec/st-clear/1", "macsec/st-clear/fallback", "macsec/fingerprint"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in secrets.values())
    assert len(set(secrets.values())) == 3
    written = "".join(path.read_text() for path in (project / "inventory").rglob("*.yaml"))
    listed = run(project, "list", BARE, "--look")
    for value in secrets.values():
        for text in (result.output, result.stderr, caplog.text, written, listed.output):
            assert value not in text
            assert value[:16] not in text
    mode = stat.S_IMODE((project / ".netmod" / "credentials.toml").stat().st_mode)
    assert mode == 0o600
    inventory = load_inventory(project / "inventory")
    encryption = inventory.links[BARE].encryption
    assert encryption is not None
    assert (encryption.policy, encryption.fallback_key_chain) == ("MACSEC-DC", "KC-ST-CLEAR-FB")
    (key,) = inventory.key_chains["KC-ST-CLEAR"].keys
    assert (str(key.start), str(key.end), len(key.ckn)) == ("2026-11-28", "2028-11-27", 64)


def test_without_write_nothing_is_made(project: Path) -> None:
    before = {p: p.read_text() for p in project.rglob("*.yaml")}
    result = run(project, "new", BARE)
    assert result.exit_code == 0
    assert "KC-ST-CLEAR:" in result.output
    assert not (project / ".netmod" / "credentials.toml").exists()
    assert {p: p.read_text() for p in project.rglob("*.yaml")} == before


def test_secrets_are_not_made_up_for_keys_that_devices_may_have(project: Path) -> None:
    result = run(project, "new", LINK, "--write")
    assert isinstance(result.exception, InputError)
    assert "--fill" in result.exception.problems[0].hint
    assert run(project, "new", LINK, "--write", "--fill").exit_code == 0
    assert set(stored(project)) == {
        "macsec/ic-dca-ull-1/1", "macsec/ic-dca-ull-1/2", "macsec/ic-dca-ull-1/fallback",
        "macsec/fingerprint",
    }  # fmt: skip


def test_nothing_that_is_stored_is_overwritten(project: Path) -> None:
    new = keys.new_keys(project, [BARE], None)
    keys.store_keys(new)
    before = stored(project)
    with pytest.raises(CredentialsError, match="already"):
        keys.store_keys(new)
    assert stored(project) == before


def test_a_rollover_step_by_step(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(project, "new", BARE, "--write").exit_code == 0
    first = "macsec/st-clear/1"
    at(monkeypatch, "2028-09-01")
    assert run(project, "rollover", BARE, "--write").exit_code == 0
    assert chain_of(project, BARE) == [first, "macsec/st-clear/2"]
    chain = load_inventory(project / "inventory").key_chains["KC-ST-CLEAR"]
    assert [str(key.start) for key in chain.keys] == ["2026-11-28", "2028-10-28"]
    assert "macsec/st-clear/2" in stored(project)
    again = run(project, "rollover", BARE, "--write")
    assert "the next key begins on 2028-10-28" in again.stderr
    at(monkeypatch, "2028-11-01")
    assert run(project, "rollover", BARE, "--write").exit_code == 0
    assert chain_of(project, BARE) == ["macsec/st-clear/2", first]
    at(monkeypatch, "2028-12-01")
    result = run(project, "rollover", BARE, "--write")
    assert "1 key ended" in result.stderr
    assert chain_of(project, BARE) == ["macsec/st-clear/2"]
    assert first in stored(project), "a stored secret is not deleted"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["rollover", "nowhere"], "there is no such link"),
        (["rollover", BARE], "it has no key chain"),
        (["new", BARE, "--policy", "NONE"], "there is no policy NONE"),
        (["rollover", "ca-ull-co1-ds2", "--start", "2026-11-29"], "cannot begin"),
        (["rollover", "ca-ull-co1-ds2", "--start", "2028-02-01"], "ends on 2027-12-31"),
    ],
)
def test_what_is_refused(project: Path, words: list[str], why: str) -> None:
    text = project / "inventory" / "encryption.yaml"
    text.write_text(one_key(text.read_text(encoding="utf-8")), encoding="utf-8")
    result = run(project, *words)
    assert isinstance(result.exception, InputError)
    assert why in result.exception.problems[0].message


def one_key(text: str) -> str:
    """The chain of `ca-ull-co1-ds2` without its second key."""
    head, found, tail = text.partition("  KC-CA-ULL-CO1-DS2:\n")
    lines = tail.splitlines(keepends=True)
    return head + found + "".join([*lines[:5], *lines[9:]])


def test_the_list_says_what_runs_out_and_finds_equal_secrets(project: Path) -> None:
    text = project / "inventory" / "encryption.yaml"
    text.write_text(one_key(text.read_text(encoding="utf-8")), encoding="utf-8")
    assert run(project, "list").exit_code == 0
    late = run(project, "list", "ca-ull-co1-ds2", "--within", "400")
    assert late.exit_code == 1
    assert "KC-CA-ULL-CO1-DS2 ends on 2027-12-31, nothing follows" in late.stderr
    assert run(project, "list", LINK, "--look").exit_code == 1
    run(project, "new", LINK, "--write", "--fill")
    rows = json.loads(run(project, "list", LINK, "--look", "--format", "json").stdout)
    assert [(row["state"], row["days"], row["stored"]) for row in rows] == [
        ("current", 398, True), ("next", 1129, True), ("current", None, True),
    ]  # fmt: skip
    assert len({row["fingerprint"] for row in rows}) == 3


def test_the_file_of_credentials_keeps_what_stands_in_it(project: Path) -> None:
    path = project / ".netmod" / "credentials.toml"
    path.parent.mkdir()
    path.write_text('# mine\nusername = "eva"\n[secrets] # all\n"ntp/1" = "x"\n[vault]\n')
    path.chmod(0o600)
    assert run(project, "new", BARE, "--write").exit_code == 0
    text = path.read_text()
    assert text.startswith('# mine\nusername = "eva"\n[secrets] # all\n"macsec/')
    assert text.endswith('"ntp/1" = "x"\n[vault]\n')
    path.chmod(0o644)
    refused = run(project, "new", LINK, "--write", "--fill")
    assert isinstance(refused.exception, CredentialsError)
