"""A device that asks what netmod does not know is not answered; what is in force is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from netmod.errors import ChangeFailed
from netmod.lab import ManualClock
from netmod.lab.iosxe import copying
from netmod.lab.shell import Dialog, Question, Shell
from tests.integration.change_bed import Bed, resolve
from tests.integration.test_change_crash import LABS
from tests.unit.lab_pair import NOON

pytestmark = pytest.mark.network

BEFORE = {
    "ios": "ip domain name before.example\n",
    "iosxr": "domain name before.example\n",
    "nxos": "ip domain-name before.example\n",
}
QUESTIONS = [
    "Go on (y/n)? [n] ",
    *(
        pytest.param(one, marks=pytest.mark.soak)
        for one in ("Is that what you want? [yes/no]: ", "Really? [confirm]")
    ),
]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[str], tuple[Bed, str]]]:
    with ExitStack() as stack:

        def start(os: str) -> tuple[Bed, str]:
            make, name, text = LABS[os]
            clock = ManualClock(NOON)
            bed = Bed(stack.enter_context(make(clock)), name, clock, tmp_path)
            return bed, BEFORE[os] + text

        yield start


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Devices that ask before they take a description; what they got for an answer."""

    def ask(question: str) -> list[str]:
        typed: list[str] = []
        configure, enter = Shell._configure, copying.enter

        def dialog(go_on: Callable[[], list[str]]) -> Dialog:
            typed.append((yield Question(question)))
            return go_on()

        def configured(self: Shell, editor: Any, line: str, prompt: str) -> list[str]:
            def go_on() -> list[str]:
                return configure(self, editor, line, prompt)

            return self.converse(dialog(go_on)) if "changed" in line else go_on()

        def merged(session: Shell, lines: list[str]) -> Dialog:
            first, rest = lines[: lines.index(" description changed")], lines[len(lines) - 2 :]
            for line in first:
                enter(session.device.persona, copying.Editor(session.device.running), line)
            typed.append((yield Question(question)))
            return rest

        monkeypatch.setattr(Shell, "_configure", configured)
        monkeypatch.setattr(copying, "merge", merged)
        return typed

    return ask


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_merge_line_by_line_is_half_in_force_and_unknown(
    begin: Any, asking: Any, question: str
) -> None:
    bed, text = begin("nxos")
    before, typed = bed.running, asking(question)
    with bed.open() as session:
        session.load(text, resolve)
        record = session.intent(None, bed.clock.now())
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
        assert caught.value.code == "unknown"
        with pytest.raises(ChangeFailed, match="does not know") as caught:
            session.discard(record)  # nothing is typed into the question
        assert caught.value.code == "unknown"
    assert typed == []
    assert "before.example" in bed.running
    found = bed.probe(record)
    assert (found.marker_found, found.matches) == (True, "neither")
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert bed.running == before


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_merge_from_a_file_is_unknown_and_goes_back(
    begin: Any, asking: Any, question: str
) -> None:
    bed, text = begin("ios")
    before, typed = bed.running, asking(question)
    with bed.open() as session:
        session.load(text, resolve)
        record = session.intent(300, bed.clock.now())
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    assert typed == []
    assert "before.example" in bed.running
    assert bed.probe(record).pending == "ours"
    with bed.resume(record) as session:
        session.revert(record)
        session.discard(record)
    assert bed.running == before


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_while_a_candidate_is_made_refuses_the_change(
    begin: Any, asking: Any, question: str
) -> None:
    bed, text = begin("iosxr")
    before, typed = bed.running, asking(question)
    with bed.open() as session, pytest.raises(ChangeFailed) as caught:
        session.load(text, resolve)
    assert caught.value.code == "refused"
    assert typed == []
    assert bed.running == before
    # One in the middle of what was typed ahead is noticed, and not answered the second time.
    text = text.replace("description changed", "description changed once\n description changed")
    with bed.open("c2") as session, pytest.raises(ChangeFailed) as caught:
        session.load(text, resolve)
    assert caught.value.code == "refused"
    assert typed == ["description changed"]
    assert bed.running == before
