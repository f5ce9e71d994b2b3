"""What `devices trust` makes of a file of host keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paramiko import ECDSAKey, PKey
from paramiko.hostkeys import HostKeys

from netmod.devices import KeyScan, KnownHosts, ShownKey, record_host_keys
from netmod.devices.host_keys import KeyState
from netmod.devices.known_hosts import host_name
from netmod.devices.known_hosts_file import with_keys
from netmod.errors import ConnectionFailed, OutputError

OLD, NEW, OTHER = ECDSAKey.generate(), ECDSAKey.generate(), ECDSAKey.generate()


def line(names: str, key: PKey = OLD, comment: str = "") -> str:
    return f"{names} {key.get_name()} {key.get_base64()}{comment}\n"


def shown(name: str, state: KeyState = "new", key: PKey = NEW) -> ShownKey:
    return ShownKey("core1", name, state, key.get_name(), key.get_base64(), key.fingerprint)


HASHED = HostKeys.hash_host("10.0.0.1")
HASHED_PORT = HostKeys.hash_host("[10.0.0.1]:2222")


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("", shown("10.0.0.1"), line("10.0.0.1", NEW)),
        ("", shown("[10.0.0.1]:2222"), line("[10.0.0.1]:2222", NEW)),
        ("# ours\n\n", shown("10.0.0.1"), "# ours\n\n" + line("10.0.0.1", NEW)),
        (line("a").rstrip("\n"), shown("b"), line("a") + line("b", NEW)),
        # a changed key: every older key of this server goes, and nothing else does
        (line("10.0.0.1"), shown("10.0.0.1", "changed"), line("10.0.0.1", NEW)),
        (line("10.0.0.1") * 2, shown("10.0.0.1", "changed"), line("10.0.0.1", NEW)),
        (line("[10.0.0.1]:22"), shown("10.0.0.1", "changed"), line("10.0.0.1", NEW)),
        (line(HASHED), shown("10.0.0.1", "changed"), line("10.0.0.1", NEW)),
        (line(HASHED_PORT), shown("[10.0.0.1]:2222", "changed"), line("[10.0.0.1]:2222", NEW)),
        (
            line("core1,10.0.0.1,x", comment=" in Oslo"),
            shown("10.0.0.1", "changed"),
            line("core1,x", comment=" in Oslo") + line("10.0.0.1", NEW),
        ),
        *(
            (kept, shown("10.0.0.1", "changed"), kept + line("10.0.0.1", NEW))
            for kept in (
                line("10.0.0.2"),
                line("[10.0.0.1]:2222"),
                line(HASHED_PORT),
                "# " + line("10.0.0.1"),
                "@revoked " + line("10.0.0.1"),
                "@cert-authority " + line("10.0.0.1"),
                line("10.0.0.*"),
                "not a line that anybody understands\r\n",
            )
        ),
        # a new key removes nothing
        (line(HASHED_PORT), shown("10.0.0.1"), line(HASHED_PORT) + line("10.0.0.1", NEW)),
    ],
)
def test_what_becomes_of_a_file(before: str, key: ShownKey, after: str) -> None:
    assert with_keys(before, [key]) == after


def test_two_devices_at_one_address_are_one_line() -> None:
    assert with_keys("", [shown("10.0.0.1")] * 2) == line("10.0.0.1", NEW)


@pytest.mark.parametrize(
    "key",
    [
        shown("10.0.0.1", "revoked"),
        shown("10.0.0.1", "known"),
        shown("10.0.0.1", "failed"),
        shown("10.0.0.1,10.0.0.2"),
        shown("10.0.0.*"),
        shown("!10.0.0.1"),
        shown("10.0.0.1 x"),
        shown("10.0.0.1\n10.0.0.2"),
        shown("|1|x|y"),
        shown("@revoked"),
        shown(""),
    ],
)
def test_what_is_never_written(key: ShownKey) -> None:
    with pytest.raises(ConnectionFailed):
        with_keys("", [key])


addresses = st.one_of(st.ip_addresses().map(str), st.sampled_from(["core1.example", "10.0.0.1"]))
ports = st.sampled_from([22, 830, 2222])


@given(address=addresses, port=ports, hashed=st.booleans(), both=st.booleans())
def test_a_replaced_server_is_trusted_by_its_new_key_alone(
    address: str, port: int, hashed: bool, both: bool
) -> None:
    name = host_name(address, port)
    old = HostKeys.hash_host(name) if hashed else f"{name},elsewhere" if both else name
    text = with_keys(line(old) + line("192.0.2.9", OTHER), [shown(name, "changed")])
    known = KnownHosts.parse(text)
    assert [key.asbytes() for key in known.keys(address, port)] == [NEW.asbytes()]
    assert [key.asbytes() for key in known.keys("192.0.2.9", 22)] == [OTHER.asbytes()]
    assert bool(known.keys("elsewhere", 22)) == (both and not hashed)


@given(address=st.ip_addresses().map(str), port=ports)
def test_another_reader_of_the_format_understands_it(address: str, port: int) -> None:
    text = with_keys("", [shown(host_name(address, port))])
    trusted, *_ = asyncssh.import_known_hosts(text).match(address, "", None if port == 22 else port)
    assert [key.public_data for key in trusted] == [NEW.asbytes()]


# --- the file itself ----------------------------------------------------------------------------


def scan(path: Path, text: str) -> KeyScan:
    return KeyScan(path, text, ())


def test_a_new_file_and_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    record_host_keys(scan(path, ""), [shown("10.0.0.1")])
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    record_host_keys(scan(path, path.read_text()), [shown("10.0.0.2")])
    assert path.read_text() == line("10.0.0.1", NEW) + line("10.0.0.2", NEW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_line_ends_of_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_bytes(b"# ours\r\n")
    record_host_keys(scan(path, "# ours\r\n"), [shown("10.0.0.1")])
    assert path.read_bytes() == b"# ours\r\n" + line("10.0.0.1", NEW).encode()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "known_hosts"
    real.write_text("")
    link.symlink_to(real)
    record_host_keys(scan(link, ""), [shown("10.0.0.1")])
    assert link.is_symlink()
    assert real.read_text() == line("10.0.0.1", NEW)


def test_what_somebody_else_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(line("10.0.0.9"))
    with pytest.raises(ConnectionFailed, match="somebody else"):
        record_host_keys(scan(path, ""), [shown("10.0.0.1")])
    assert path.read_text() == line("10.0.0.9")


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_a_failure_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "known_hosts"
    path.write_text(line("10.0.0.9"))
    monkeypatch.setattr(os, step, full)
    with pytest.raises(OutputError, match="No space left"):
        record_host_keys(scan(path, line("10.0.0.9")), [shown("10.0.0.1")])
    assert path.read_text() == line("10.0.0.9")
    assert list(tmp_path.iterdir()) == [path]
