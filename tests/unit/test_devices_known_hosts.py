from __future__ import annotations

from pathlib import Path

import pytest
from paramiko import ECDSAKey, PKey
from paramiko.hostkeys import HostKeys

from netmod.devices import KnownHosts
from netmod.errors import ConnectionFailed

KEY, OTHER = ECDSAKey.generate(), ECDSAKey.generate()


def line(names: str, key: PKey = KEY) -> str:
    return f"{names} {key.get_name()} {key.get_base64()}"


def known(tmp_path: Path, *lines: str) -> KnownHosts:
    path = tmp_path / "known_hosts"
    path.write_text("\n".join(lines) + "\n")
    return KnownHosts.read(path)


@pytest.mark.parametrize(
    ("names", "address", "port", "trusted"),
    [
        ("10.0.0.1", "10.0.0.1", 22, True),
        ("10.0.0.1", "10.0.0.1", 2222, False),
        ("10.0.0.1", "10.0.0.2", 22, False),
        ("[10.0.0.1]:2222", "10.0.0.1", 2222, True),
        ("[10.0.0.1]:2222", "10.0.0.1", 22, False),
        ("[10.0.0.1]:22", "10.0.0.1", 22, True),
        ("core1,10.0.0.1", "10.0.0.1", 22, True),
        ("core1.example,[10.0.0.1]:830", "10.0.0.1", 830, True),
        ("2001:db8::1", "2001:db8::1", 22, True),
        ("hashed:10.0.0.1", "10.0.0.1", 22, True),
        ("hashed:10.0.0.1", "10.0.0.2", 22, False),
        ("hashed:[10.0.0.1]:2222", "10.0.0.1", 2222, True),
        ("*", "10.0.0.1", 22, False),
        ("10.0.0.*", "10.0.0.1", 22, False),
        ("@cert-authority 10.0.0.1", "10.0.0.1", 22, False),
        ("# 10.0.0.1", "10.0.0.1", 22, False),
    ],
)
def test_which_names_trust_which_host(
    tmp_path: Path, names: str, address: str, port: int, trusted: bool
) -> None:
    if names.startswith("hashed:"):
        names = HostKeys.hash_host(names.removeprefix("hashed:"))
    keys = known(tmp_path, "", "# a comment", line(names)).keys(address, port)
    assert [key.asbytes() for key in keys] == ([KEY.asbytes()] if trusted else [])


def test_a_revoked_key_is_never_trusted(tmp_path: Path) -> None:
    hosts = known(tmp_path, line("10.0.0.1"), line("10.0.0.1", OTHER), "@revoked " + line("*"))
    assert [key.asbytes() for key in hosts.keys("10.0.0.1", 22)] == [OTHER.asbytes()]


def test_fields_may_stand_apart_and_have_a_comment(tmp_path: Path) -> None:
    text = line("10.0.0.1").replace(" ", "  \t") + " core1 in Oslo"
    assert known(tmp_path, text).keys("10.0.0.1", 22)


@pytest.mark.parametrize(
    "bad", ["10.0.0.1", "10.0.0.1 ssh-ed25519 !!!", "10.0.0.1 ssh-ed25519 AAAA"]
)
def test_an_unreadable_line_trusts_nobody_and_harms_nobody(tmp_path: Path, bad: str) -> None:
    hosts = known(tmp_path, bad, line("10.0.0.2"))
    assert not hosts.keys("10.0.0.1", 22)
    assert hosts.keys("10.0.0.2", 22)


def test_no_file_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed) as error:
        KnownHosts.read(tmp_path / "nowhere")
    assert "netmod devices trust" in error.value.hint
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConnectionFailed, match="not a text file"):
        KnownHosts.read(tmp_path / "binary")
