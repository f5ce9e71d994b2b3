"""NETCONF's candidate and confirmed commit as yuma123 has them, through ncclient.

What rollouts over NETCONF rest on (RFC 6241, 8.3 and 8.4), seen at a server that is not ours: a
pending commit reverts by its timer, and with the session that made it unless it was given a name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from ncclient.manager import Manager
from ncclient.operations import RPCError

from tests.integration.netconfd_peer import AVAILABLE, Netconfd, netconfd

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not AVAILABLE and not os.environ.get("NETMOD_REQUIRE_ALL"),
        reason="netconfd and OpenSSH's server are not installed, or we are not root",
    ),
]
SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"
PATIENCE = 120


@pytest.fixture(scope="module")
def running_server() -> Iterator[Netconfd]:
    with netconfd() as running:
        yield running


@pytest.fixture
def server(running_server: Netconfd) -> Netconfd:
    """The server with the contact `before`, and nothing pending."""
    with running_server.connect() as session:
        edit(session, "before")
        session.commit()
        assert contact(session) == "before"
    return running_server


def edit(session: Manager, text: str, **options: Any) -> None:
    config = f"<config><system xmlns='{SYSTEM}'><contact>{text}</contact></system></config>"
    session.edit_config(target="candidate", config=config, **options)


def contact(session: Manager, source: str = "running") -> str | None:
    answer = session.get_config(source, filter=("subtree", f"<system xmlns='{SYSTEM}'/>"))
    found = answer.data_ele.find(f".//{{{SYSTEM}}}contact")
    return None if found is None else found.text


def seen_anew(server: Netconfd) -> str | None:
    """What a session of its own sees."""
    with server.connect() as session:
        return contact(session)


def event(session: Manager, kind: str) -> Any:
    """The next event of a pending commit of this kind."""
    while True:
        note = session.take_notification(timeout=PATIENCE)
        assert note is not None, f"no {kind}"
        if f"<confirm-event>{kind}</confirm-event>" in note.notification_xml:
            return note


def test_the_candidate_is_edited_alone_and_locked_against_others(server: Netconfd) -> None:
    with server.connect() as session, server.connect() as other:
        with session.locked("candidate"):
            edit(session, "after", error_option="rollback-on-error")
            with pytest.raises(RPCError) as refused:
                other.lock("candidate")
            assert refused.value.tag == "lock-denied"
            assert contact(other) == "before"
            assert contact(session, "candidate") == "after"
            session.commit()
        assert contact(other) == "after"


def test_a_validated_candidate_is_not_in_force(server: Netconfd) -> None:
    """It is not committed here: after `validate` yuma 2.13 answers a commit with ok, and does
    nothing. No answer of a device proves that it runs what it was told."""
    with server.connect() as session, session.locked("candidate"):
        edit(session, "after")
        session.validate("candidate")
        assert (contact(session, "candidate"), contact(session)) == ("after", "before")
        session.discard_changes()


def test_what_is_discarded_was_never_there(server: Netconfd) -> None:
    with server.connect() as session, session.locked("candidate"):
        edit(session, "after")
        session.discard_changes()
        assert contact(session, "candidate") == "before"
        session.commit()
        assert contact(session) == "before"


def test_an_error_leaves_the_candidate_as_it_was(server: Netconfd) -> None:
    bad = f"<config><system xmlns='{SYSTEM}'><contact>after</contact><no-such/></system></config>"
    with server.connect() as session, session.locked("candidate"):
        with pytest.raises(RPCError) as refused:
            session.edit_config(target="candidate", config=bad, error_option="rollback-on-error")
        assert refused.value.tag in ("unknown-element", "bad-element")
        assert contact(session, "candidate") == "before"


def test_a_pending_commit_is_in_force_and_stays_when_confirmed(server: Netconfd) -> None:
    with server.connect() as session:
        edit(session, "after")
        session.commit(confirmed=True, timeout="600")
        assert contact(session) == "after"
        session.commit()
    assert seen_anew(server) == "after"


def test_a_pending_commit_ends_with_its_session(server: Netconfd) -> None:
    with server.connect() as watching:
        watching.create_subscription()
        with server.connect() as session:
            edit(session, "after")
            session.commit(confirmed=True, timeout="600")
            event(watching, "start")
        event(watching, "cancel")
    assert seen_anew(server) == "before"


def test_with_a_name_it_outlives_its_session_and_another_confirms_it(server: Netconfd) -> None:
    with server.connect() as session:
        edit(session, "after")
        session.commit(confirmed=True, timeout="600", persist="netmod-17")
    assert seen_anew(server) == "after"
    with server.connect() as session:
        with pytest.raises(RPCError):
            session.commit(persist_id="netmod-18")
        session.commit(persist_id="netmod-17")
    assert seen_anew(server) == "after"


def test_its_timer_takes_it_back_when_nobody_does_anything(server: Netconfd) -> None:
    with server.connect() as watching:
        watching.create_subscription()
        with server.connect() as session:
            edit(session, "after")
            session.commit(confirmed=True, timeout="3", persist="netmod-17")
        event(watching, "timeout")
    assert seen_anew(server) == "before"
    with server.connect() as session, pytest.raises(RPCError):
        session.commit(persist_id="netmod-17")


def test_it_can_be_taken_back_at_once(server: Netconfd) -> None:
    with server.connect() as session:
        edit(session, "after")
        session.commit(confirmed=True, timeout="600", persist="netmod-17")
    with server.connect() as session:
        session.cancel_commit(persist_id="netmod-17")
    assert seen_anew(server) == "before"
