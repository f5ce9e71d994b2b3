"""Lines that a terminal of 80 columns broke."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.platforms._observations import Block
from netmod.platforms._wrapped import unwrapped
from tests.unit.platform_captures import ends_of

SUMMARY = """\
Interface          Status   Cipher (Operational)   Key-Server   MACSEC-policy                    Keychain
-----------------  -------  ---------------------  -----------  -------------------------------- --------------
Ethernet1/1        Secured  GCM-AES-XPN-256        Yes          mp1                              kc1
Ethernet1/2        Init     No Cipher              Yes          a-policy-with-quite-a-long-name  kc2
"""
CKN = "0123456789abcdef" * 4
PAGE = f"""\
Interface Name                      : Ethernet1/1
    Session Status                      : SECURED - Secured MKA Session with MACsec
    CAK Name (CKN)                      : {CKN}
    CA Peer Count                       : 1
"""


def on_a_terminal(text: str, width: int = 80) -> str:
    pieces = (
        line[start : start + width]
        for line in text.split("\n")
        for start in range(0, max(len(line), 1), width)
    )
    return "\n".join(pieces)


def block(text: str, first_line: int = 1) -> Block:
    return Block("show x", tuple(text.split("\n")), file="h/x.txt", first_line=first_line)


def test_a_table_is_read_as_if_it_had_not_been_broken() -> None:
    command = "show macsec mka summary"
    whole = ends_of("cisco_nxos", command, SUMMARY)
    assert [end.key_chain for end in whole.values()] == ["kc1", "kc2"]
    broken = ends_of("cisco_nxos", command, on_a_terminal(SUMMARY))
    assert {name: (end.state, end.cipher, end.policy, end.key_chain) for name, end in broken.items()} == {
        name: (end.state, end.cipher, end.policy, end.key_chain) for name, end in whole.items()
    }  # fmt: skip


def test_a_key_name_is_read_to_its_end() -> None:
    ends = ends_of("cisco_nxos", "show macsec mka session details", on_a_terminal(PAGE))
    assert ends["Ethernet1/1"].ckn == CKN


def test_sources_are_the_lines_of_the_file() -> None:
    joined = unwrapped(block(on_a_terminal(SUMMARY), first_line=10))
    assert joined.lines == tuple(SUMMARY.split("\n"))
    assert joined.source(2, 3).lines == (14, 16)


EIGHTY = "x" * 79
WHOLE = {
    "shorter": "a\nb",
    "a rule of just that width": f"{'a b' * 20}\n{'-' * 80}\nrow one\nrow two",
    "rows of just that width": f"r1 {EIGHTY[:-2]}\nr2 {EIGHTY[:-2]}\nr3 short",
    "a line of just that width above an indented one": f"{EIGHTY})\n  MTU 1500\n",
    "a line of just that width above a sentence": f"{EIGHTY}x\nInternet address is 192.0.2.1\n",
    "the last line": f"a\n{EIGHTY}x",
    "a wider line beside it": f"{EIGHTY}x\nrest\n{'y' * 81}",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_what_may_be_whole_stays(text: str) -> None:
    given_block = block(text)
    assert unwrapped(given_block) is given_block


def test_a_table_whose_lines_end_twice_is_read() -> None:
    command = "show macsec mka summary"
    spaced = block("\n" + SUMMARY.rstrip("\n").replace("\n", "\n\n"), first_line=9)
    assert unwrapped(spaced).lines == tuple(SUMMARY.rstrip("\n").split("\n"))
    assert unwrapped(spaced).source(2).lines == (14,)
    ends = ends_of("cisco_nxos", command, SUMMARY.replace("\n", "\n\n"))
    assert [end.key_chain for end in ends.values()] == ["kc1", "kc2"]


@given(st.lists(st.text(alphabet="ab -=/.", max_size=85), max_size=8))
def test_no_character_is_lost(lines: list[str]) -> None:
    joined = unwrapped(Block("show x", tuple(lines)))
    assert "".join("".join(joined.lines).split()) == "".join("".join(lines).split())
    if joined.lines:
        assert len(joined.source(*range(len(joined.lines))).lines) == len(joined.lines)
