"""Full configs: sealed for recipients, opened by identities, in clear nowhere."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from netmod.credentials import Secret
from netmod.errors import HistoryError
from netmod.history import Backup, SealedConfigs

OWNER = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()
CONFIG = "hostname sw1\nenable secret 9 C4n4ry\n" + "interface Gi1\n" * 200 + "end\n"
RUNS = tuple(f"2026110{day}T020000Z-00000000" for day in range(1, 8))


def key(identity: pyrage.x25519.Identity) -> Secret:
    return Secret(str(identity))


def backup(text: str = CONFIG, host: str = "sw1") -> Backup:
    return Backup(host, text, lambda one: one.endswith("end\n"))


@pytest.fixture
def store(tmp_path: Path) -> SealedConfigs:
    return SealedConfigs(tmp_path / "sealed", [str(OWNER.to_public())], generations=3)


def test_what_was_sealed_is_restored(store: SealedConfigs) -> None:
    assert store.put("lan", backup(), RUNS[0]) is None
    restored = store.restore("lan", "sw1", [key(OTHER), key(OWNER)])
    assert restored.reveal() == CONFIG
    assert "C4n4ry" not in repr(restored)


def test_in_clear_nowhere(store: SealedConfigs, tmp_path: Path) -> None:
    store.put("lan", backup(), RUNS[0])
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    content = file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"C4n4ry" not in content
    assert b"hostname" not in content
    assert file.stat().st_mode & 0o077 == 0


def test_the_last_generations_are_kept(store: SealedConfigs) -> None:
    for number, run in enumerate(RUNS):
        store.put("lan", backup(CONFIG.replace("Gi1", f"Gi{number}", 1)), run)
    assert store.runs("lan", "sw1") == (RUNS[6], RUNS[5], RUNS[4])
    assert "Gi6" in store.restore("lan", "sw1", [key(OWNER)]).reveal()
    assert "Gi4" in store.restore("lan", "sw1", [key(OWNER)], run=RUNS[4]).reveal()
    with pytest.raises(HistoryError) as caught:
        store.restore("lan", "sw1", [key(OWNER)], run=RUNS[0])
    assert caught.value.code == "unknown"
    assert RUNS[4] in caught.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("% Error\n", "error-output"), (CONFIG[:200], "cut"),
     (CONFIG.replace("sw1", "sw2"), "other-host")],
)  # fmt: skip
def test_a_bad_output_pushes_no_good_one_out(store: SealedConfigs, text: str, reason: str) -> None:
    store.put("lan", backup(), RUNS[0])
    for run in RUNS[1:]:
        assert store.put("lan", backup(text), run) == reason
    assert store.restore("lan", "sw1", [key(OWNER)]).reveal() == CONFIG


@pytest.mark.parametrize(
    ("identities", "code"),
    [
        ([key(OTHER)], "sealed"),
        ([], "sealed"),
        ([Secret("AGE-SECRET-KEY-WRONG")], "sealed"),
        ([Secret("-----BEGIN OPENSSH PRIVATE KEY-----\nnone")], "sealed"),
    ],
)
def test_without_the_right_identity(
    store: SealedConfigs, identities: list[Secret], code: str
) -> None:
    store.put("lan", backup(), RUNS[0])
    with pytest.raises(HistoryError) as caught:
        store.restore("lan", "sw1", identities)
    assert caught.value.code == code
    assert "WRONG" not in caught.value.message


def test_another_hosts_file_under_this_name_is_found_out(store: SealedConfigs) -> None:
    store.put("lan", backup(), RUNS[0])
    other = CONFIG.replace("sw1", "sw2")
    store.put("lan", backup(other, host="sw2"), RUNS[0])
    name = f"{RUNS[0]}.age"
    (store.path / "lan/sw2" / name).replace(store.path / "lan/sw1" / name)
    with pytest.raises(HistoryError) as caught:
        store.restore("lan", "sw1", [key(OWNER)])
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1\n", b"x" * 50])
def test_a_damaged_file(store: SealedConfigs, content: bytes) -> None:
    store.put("lan", backup(), RUNS[0])
    (store.path / "lan/sw1" / f"{RUNS[0]}.age").write_bytes(content)
    with pytest.raises(HistoryError) as caught:
        store.restore("lan", "sw1", [key(OWNER)])
    assert caught.value.code == "sealed"


@pytest.mark.parametrize(
    "recipient",
    ["age1wrong", "ssh-ed25519 AAAA", "", str(OWNER)],
    ids=["misspelt", "another kind", "empty", "private"],
)
def test_recipients_are_public_keys(tmp_path: Path, recipient: str) -> None:
    with pytest.raises(HistoryError) as caught:
        SealedConfigs(tmp_path, [recipient])
    assert caught.value.code == "sealed"
    assert str(OWNER)[16:] not in caught.value.message


def test_nothing_is_sealed_for_nobody(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="nobody is named"):
        SealedConfigs(tmp_path).put("lan", backup(), RUNS[0])


@pytest.mark.parametrize("names", [("..", "sw1"), ("lan", "../sw1"), ("lan", "")])
def test_names_stay_in_the_store(store: SealedConfigs, names: tuple[str, str]) -> None:
    with pytest.raises(HistoryError, match="cannot be the name"):
        store.runs(*names)
