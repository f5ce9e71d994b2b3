"""Changes through a jump host, a real sshd: every connection of them goes that way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.change_bed import resolve
from tests.integration.test_change_crash import LABS, Begin, begin  # noqa: F401 a fixture
from tests.integration.test_devices_jump import Jump, jump, pytestmark  # noqa: F401 a fixture
from tests.unit.lab_pair import NOON

pytestmark = [
    *pytestmark,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]

LOGINS = {"ios": 2, "iosxr": 1, "nxos": 1, "junos": 1}
"""SSH connections of loading and committing; eAPI makes one for each request."""


@pytest.mark.parametrize("os", LABS)
def test_a_change_goes_through_the_jump_host(
    begin: Begin,  # noqa: F811
    jump: Jump,  # noqa: F811
    os: str,
    tmp_path: Path,
) -> None:
    jump.config(tmp_path, extra="Host 127.7*\n ProxyJump pam\n")
    before = jump.logins
    bed, text = begin(os)
    with bed.open() as session:
        session.load(text, resolve)
        record = session.commit(session.intent(None if os == "nxos" else 300, NOON))
    made = jump.logins - before
    assert made == LOGINS.get(os, made)
    assert made
    assert bed.probe(record).matches == "after"
