"""Bytes → text → lines that readers can rely on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.evidence._text import decode, normalise


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"hostname sw1\n", "hostname sw1\n"),
        ("hostname blåbær\n".encode(), "hostname blåbær\n"),
        (b"\xef\xbb\xbfhostname sw1\n", "hostname sw1\n"),
        ("\ufeffhostname sw1\n".encode("utf-16-le"), "hostname sw1\n"),
        ("\ufeffhostname sw1\n".encode("utf-16-be"), "hostname sw1\n"),
        ("hostname sw1\n".encode("utf-16-le"), "hostname sw1\n"),
        ("hostname sw1\n".encode("utf-16-be"), "hostname sw1\n"),
        ("description Ås\n".encode("latin-1"), "description Ås\n"),
        (b"host\x00name sw1\n" + b"x" * 40, "host\x00name sw1\n" + "x" * 40),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        b"\x00" * 100,
        b"\x00",
        b"\x00a\x00",
        b"PK\x03\x04\x14\x00\x08\x08\x01\x02\x04\x05" * 20,
    ],
)
def test_what_is_no_text(data: bytes) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\r\nb\r\r\n", "a\nb\n"),
        ("a\rb\r", "a\nb\n"),
        ("10%\r50%\r100% done\nb", "100% done\nb"),
        ("long text\rab\n", "abng text\n"),
        ("long text\r\x1b[Kab\n", "ab\n"),
        ("abc\b\bX\n", "aXc\n"),
        ("\x1b[1mSecured\x1b[0m\n", "Secured\n"),
        ("\x1b]0;title\x07Secured\n", "Secured\n"),
        ("Gi1\u00a0\u00a0up\n", "Gi1  up\n"),
        ("Gi1\u200b up\ufeff\n", "Gi1 up\n"),
        ("a\x00b\x07\n", "ab\n"),
        ("banner motd \x03\n", "banner motd ^C\n"),
        ("page\x0cbreak\n", "page break\n"),
        ("tab\tstays\n", "tab\tstays\n"),
        (" --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b mtu 9100\n", " mtu 9100\n"),
        ("--More--\r        \r mtu 9100\n", " mtu 9100\n"),
        ("<--- More --->\r              \rhostname x\n", "hostname x\n"),
        ("---(more 12%)---\r" + " " * 40 + "\rhostname x;\n", "hostname x;\n"),
        ("--More--\nhostname x\n", "\nhostname x\n"),
        ("---(more)---" + " " * 40 + "hostname x;\n", "hostname x;\n"),
        ("description see more -- here\n", "description see more -- here\n"),
    ],
)
def test_normalise(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


MARGINS = {
    "every line": ("  a\n    b\n\n  c\n", "a\n  b\n\nc\n"),
    "tabs": ("\ta\n\t\tb\n", "a\n\tb\n"),
    "blanks and tabs share nothing": ("  a\n\tb\n", "  a\n\tb\n"),
    "the first line lost it": ("a\n        b\n          c\n", "a\nb\n  c\n"),
    "the last line is a prompt": ("a\n        b\n        c\nr1#\n", "a\nb\nc\nr1#\n"),
    "a head that stands out": ("    a\n        b\n        c\n{m}\n", "a\n    b\n    c\n{m}\n"),
    "a section": ("interface A\n mtu 9100\n shutdown\n", "interface A\n mtu 9100\n shutdown\n"),
    "a config": ("a\n  b\nc\n  d\n", "a\n  b\nc\n  d\n"),
    "two lines": ("a\n        b\n", "a\n        b\n"),
    "one line": ("  a\n", "  a\n"),
}


@pytest.mark.parametrize(("raw", "expected"), MARGINS.values(), ids=MARGINS.keys())
def test_a_margin_in_front_of_every_line_is_dropped(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


PIECES = st.sampled_from(
    ["abc", " ", "\b", "\x1b[K", "\x1b[5D", "\x1b[2C", "\x1b[", "\x00", "\r", "--More--", "\u00a0"]
)


@given(st.lists(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8), min_size=1))
def test_the_number_of_lines_stays(parts: list[list[str]]) -> None:
    text = "\n".join("".join(line).replace("\n", "") for line in parts) + "\n"
    result = normalise(text)
    assert result.count("\n") == text.count("\n")
    assert "\r" not in result
    assert "\x1b" not in result
    assert "\x00" not in result
