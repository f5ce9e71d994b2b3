"""No text makes any reader raise or take more than linear time."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.evidence import Capture, HostCaptures, redact
from netmod.platforms import platforms, read_host
from netmod.platforms._identify import detect
from netmod.platforms._observations import Block, Reader

READERS = sorted(
    {
        (f"{one.id}: {pattern}", pattern, reader)
        for one in platforms()
        for pattern, reader in one.readers
    },
    key=lambda row: row[0],
)
WORDS = (
    "interface", "Ethernet1/1", "et-0/0/1", "HundredGigE0/0/0/1", "Gi1/0/1", "key", "chain", "macsec",
    "mka", "policy", "Status", "SECURED", "Secured", "SAK", "Cipher", "GCM-AES-256", ":", "-----", "=",
    "peer", "Peer", "inbound", "outbound", "esp", "sas:", "spi:", "0x1F", "transform:", "esp-gcm", "256",
    "version", "Serial", "Number", "PID:", "SN:", "NAME:", "DESCR:", "\"Chassis\"", "Device", "ID", "Local",
    "Intf", "Hold-time", "Port", "lifetime", "00:00:00", "Jan", "1", "2026", "infinite", "snmp-server",
    "community", "ntp", "server", "10.0.0.1", "2001:db8::1", "{", "}", "[", "]", ";", "\"", "set",
    "security", "system", "services", "ssh", "telnet", "line", "vty", "0", "4", "banner", "motd", "^C",
    "\t", "  ", "\n", "\n ", "\n  ", "\n!", "\n#", "N/A", "None", "not", "advertised", "…", "æøå", "%",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=120).map(" ".join)
LONG = 20_000
HOSTILE = {
    "letters": "a" * LONG,
    "blanks": "x" + " " * LONG + "x",
    "digits": "1" * LONG,
    "dashes": "-" * LONG + "x",
    "dotted": "a." * (LONG // 2) + ":",
    "words": "interface " * (LONG // 10),
    "pairs": "key : value " * (LONG // 12),
    "quotes": '"a ' * (LONG // 3),
    "braces": "{" * LONG,
    "keys": "key 01 key-string " * (LONG // 18),
    "columns": "Eth1/1  x  " * (LONG // 11),
    "indented": "\n".join(" " * (index % 200) + "a" for index in range(LONG // 100)),
}


def block(pattern: str, text: str) -> Block:
    command = pattern.replace("\\", "").partition("(")[0]
    return Block(command=command, lines=tuple(text.split("\n")), file="h/x.txt")


@given(text=TEXTS)
@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize(
    ("pattern", "reader"), [row[1:] for row in READERS], ids=[row[0] for row in READERS]
)
def test_no_text_makes_a_reader_raise(pattern: str, reader: Reader, text: str) -> None:
    list(reader(block(pattern, text)))


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Raise where the body takes longer: a bound far above what linear work needs."""

    def expired(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("pattern", "reader"), [row[1:] for row in READERS], ids=[row[0] for row in READERS]
)
def test_hostile_lines_take_linear_time(pattern: str, reader: Reader) -> None:
    for name, text in HOSTILE.items():
        for prefix in ("", "Interface: ", "  "):
            with bounded(10):
                list(reader(block(pattern, f"{prefix}{text}")))
            assert name


@given(
    text=TEXTS,
    command=st.sampled_from([None, "show version", "show running-config", "show crypto ipsec sa"]),
)
@settings(max_examples=80, deadline=None)
def test_any_capture_of_any_host_is_read(text: str, command: str | None) -> None:
    capture = Capture(host="h", command=command, text=redact(text), file="h/x.txt", sha256="0")
    for platform in (None, *(one.id for one in platforms())):
        facts = read_host(HostCaptures("h", (capture,), platform=platform), at=None)
        assert not any(end.state == "secured" and not end.sources for end in facts.link_ends)


@pytest.mark.parametrize("text", ["\n" * 100_000, " \n" * 50_000, " " * 100_000, "\t\r" * 50_000])
def test_detection_takes_linear_time(text: str) -> None:
    with bounded(10):
        detect(platforms(), [text])
