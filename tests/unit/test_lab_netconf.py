"""The lab's NETCONF without a transport: framing, hello, replies, errors, locks, commits, filters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from netmod.lab.netconf_framing import Framing, FramingError
from netmod.lab.netconf_xml import BASE, local, parse, select
from tests.unit.lab_junos import PORT, junos_pair, typed

HELLO = (
    f'<hello xmlns="{BASE}"><capabilities><capability>urn:ietf:params:netconf:base:{{}}'
    "</capability></capabilities></hello>"
)
CLI = "http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg"
EDIT = {
    "ju": "<configuration><system><host-name>{}</host-name></system></configuration>",
    "xr": f'<cli xmlns="{CLI}">hostname {{}}</cli>',
}
BOTH = pytest.mark.parametrize("name", ["ju", "xr"])
ANYTHING = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Client:
    """One session, driven by hand in base:1.0."""

    def __init__(self, lab, name, base="1.0"):
        device = lab.devices[name]
        self.service = device.persona.services["netconf"](device, lab.fabric, "netmod", "")
        self.name = name
        self.hello = etree.fromstring(self.service.open().removesuffix(b"]]>]]>"))
        assert self.service.receive(HELLO.format(base).encode() + b"]]>]]>") == b""

    @property
    def number(self):
        return int(self.hello.findtext(f"{{{BASE}}}session-id"))

    def raw(self, text):
        """The one reply to a message, as an element."""
        answer = self.service.receive(text.encode() + b"]]>]]>")
        assert answer.endswith(b"]]>]]>")
        assert not answer.startswith(b"<?xml")
        return etree.fromstring(answer.removesuffix(b"]]>]]>"))

    def rpc(self, operation):
        return self.raw(f'<rpc xmlns="{BASE}" message-id="7">{operation}</rpc>')

    def ok(self, operation):
        reply = self.rpc(operation)
        assert [local(one) for one in reply] == ["ok"], etree.tostring(reply)

    def error(self, operation):
        """The tag of the first error."""
        return tag_of(self.rpc(operation))

    def edit(self, hostname, target="candidate"):
        config = EDIT[self.name].format(hostname)
        return f"<edit-config><target><{target}/></target><config>{config}</config></edit-config>"


def tag_of(reply):
    found = reply.find(f".//{{{BASE}}}rpc-error/{{{BASE}}}error-tag")
    return None if found is None else found.text


@pytest.fixture
def region():
    return junos_pair()


@pytest.fixture
def lab(region):
    return region[0]


# --- framing


# a message in base:1.0 cannot hold the mark, nor end in a part of it
MESSAGES = st.lists(st.binary(min_size=1).filter(lambda one: not set(b"]>") & set(one)))


@given(MESSAGES, st.booleans())
def test_messages_come_back_however_they_are_cut(messages, chunked):
    sender, receiver = Framing(), Framing()
    sender.chunked = receiver.chunked = chunked
    found = []
    for byte in b"".join(sender.frame(one) for one in messages):
        receiver.feed(bytes([byte]))
        while (message := receiver.take()) is not None:
            found.append(message if chunked else message.removesuffix(b"\n"))
    assert found == messages


def test_a_message_may_come_in_several_chunks():
    framing = Framing()
    framing.chunked = True
    framing.feed(b"\n#3\nabc\n#2\nde\n##\n\n#1\nf\n##\n")
    assert [framing.take(), framing.take(), framing.take()] == [b"abcde", b"f", None]


@pytest.mark.parametrize(
    "stream",
    [b"abc", b"\n#0\n", b"\n#01\na", b"\n##\n", b"\n#x\n", b"\n#99999999999\n", b"\n#4294967295\n"],
)
def test_what_is_no_chunk_ends_the_session(lab, stream):
    framing = Framing()
    framing.chunked = True
    framing.feed(stream)
    with pytest.raises(FramingError):
        framing.take()
    client = Client(lab, "xr", "1.1")
    assert client.service.receive(stream) == b""
    assert client.service.closed()


# --- hello and replies


def test_each_os_says_what_it_can(lab):
    said = {name: Client(lab, name).hello for name in ("ju", "xr")}
    ends = {
        name: {one.text.rpartition("netconf:")[2] for one in hello.iter("{*}capability")}
        for name, hello in said.items()
    }
    assert {"base:1.0", "capability:candidate:1.0"} <= ends["ju"] & ends["xr"]
    assert "base:1.1" not in ends["ju"]
    assert {"base:1.1", "capability:confirmed-commit:1.1"} <= ends["xr"]
    assert "capability:confirmed-commit:1.0" in ends["ju"]


def test_replies_are_chunked_where_both_speak_it(lab):
    client = Client(lab, "xr", "1.1")
    request = f'<rpc xmlns="{BASE}" message-id="1"><discard-changes/></rpc>'.encode()
    reply = client.service.receive(b"\n#%d\n%b\n##\n" % (len(request), request))
    framing = Framing()
    framing.chunked = True
    framing.feed(reply)
    assert b"<ok/>" in framing.take()


@pytest.mark.parametrize(
    "hello",
    [
        HELLO.format("9.9"),
        HELLO.format("1.0").replace("<hello", "<hallo").replace("</hello", "</hallo"),
        HELLO.format("1.0").replace("</hello>", "<session-id>1</session-id></hello>"),
        "no xml",
    ],
)
def test_without_a_common_base_there_is_no_session(lab, hello):
    device = lab.devices["ju"]
    service = device.persona.services["netconf"](device, lab.fabric, "netmod", "")
    service.open()
    assert service.receive(hello.encode() + b"]]>]]>") == b""
    assert service.closed()


def test_attributes_of_the_request_come_back(lab):
    reply = Client(lab, "xr").raw(
        f'<nc:rpc xmlns:nc="{BASE}" xmlns:x="urn:x" message-id="a&lt;b" x:user="me">'
        "<nc:discard-changes/></nc:rpc>"
    )
    assert dict(reply.attrib) == {"message-id": "a<b", "{urn:x}user": "me"}


@pytest.mark.parametrize(
    ("message", "tag"),
    [
        (f'<rpc xmlns="{BASE}"><discard-changes/></rpc>', "missing-attribute"),
        (f'<rpc xmlns="{BASE}" message-id="1"/>', "missing-element"),
        (f'<rpc xmlns="{BASE}" message-id="1"><a/><b/></rpc>', "missing-element"),
        ("<rpc", "malformed-message"),
        ("<other/>", "malformed-message"),
        ("\xff\xfe", "malformed-message"),
        (
            f'<!DOCTYPE rpc [<!ENTITY e "x">]><rpc xmlns="{BASE}" message-id="1"><a>&e;</a></rpc>',
            "malformed-message",
        ),
    ],
)
@BOTH
def test_a_request_that_is_none_is_answered_so(lab, name, message, tag):
    client = Client(lab, name)
    assert tag_of(client.raw(message)) == tag
    client.ok("<discard-changes/>")


def test_no_file_is_read_for_an_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    text = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><a>&e;</a>'
    assert parse(text.encode()) is None


@pytest.mark.parametrize(
    ("name", "tag"), [("ju", "operation-failed"), ("xr", "operation-not-supported")]
)
def test_an_operation_that_there_is_none_of(lab, name, tag):
    assert Client(lab, name).error("<get-nonsense/>") == tag


@pytest.mark.parametrize(
    ("operation", "tag"),
    [
        ("<edit-config><target><candidate/></target></edit-config>", "missing-element"),
        ("<edit-config><config/></edit-config>", "missing-element"),
        ("<edit-config><target><running/></target><config/></edit-config>", "invalid-value"),
        (
            "<edit-config><target><candidate/></target><error-option>x</error-option><config/>"
            "</edit-config>",
            "invalid-value",
        ),
        ("<get-config/>", "missing-element"),
        ("<get-config><source><startup/></source></get-config>", "invalid-value"),
        ("<unlock><target><candidate/></target></unlock>", "operation-failed"),
        ("<commit><confirmed/><confirm-timeout>0</confirm-timeout></commit>", "invalid-value"),
        ("<commit><confirmed/><confirm-timeout>²</confirm-timeout></commit>", "invalid-value"),
        ("<cancel-commit/>", "operation-failed"),
        ("<kill-session><session-id>99</session-id></kill-session>", "invalid-value"),
    ],
)
@BOTH
def test_what_an_operation_lacks_is_named(lab, name, operation, tag):
    assert Client(lab, name).error(operation) == tag


XML = st.recursive(
    st.builds(lambda name: f"<{name}/>", st.sampled_from(["a", "cli", "config", "candidate"])),
    lambda below: st.builds(
        lambda name, inner: f"<{name}>{''.join(inner)}</{name}>",
        st.sampled_from(
            [
                "get",
                "get-config",
                "edit-config",
                "copy-config",
                "commit",
                "lock",
                "unlock",
                "validate",
                "source",
                "target",
                "config",
                "filter",
                "configuration",
                "configuration-text",
                "configuration-set",
                "interfaces",
                "system",
                "name",
                "load-configuration",
                "get-configuration",
                "command",
                "cli",
                "count",
                "persist-id",
                "confirmed",
                "roll-back-configuration-last",
                "commit-configuration",
                "get-interface-information",
            ]
        ),
        st.lists(st.one_of(below, st.sampled_from(["1", "x {", "}", "set a", "²", "show |"]))),
    ),
    max_leaves=8,
)


@given(st.sampled_from(["ju", "xr"]), XML)
@ANYTHING
def test_no_request_brings_the_agent_down(name, operation):
    client = Client(junos_pair()[0], name)
    assert local(client.rpc(operation)) == "rpc-reply"


@given(
    st.sampled_from(["ju", "xr"]),
    st.sampled_from(["1.0", "1.1"]),
    st.lists(st.binary(), max_size=5),
)
@ANYTHING
def test_no_bytes_bring_the_session_down(name, base, pieces):
    client = Client(junos_pair()[0], name, base)
    for piece in pieces:
        client.service.receive(piece)
    client.service.end()


TEXTS = st.text(st.sampled_from('{};[]" \nset system host-name interfaces et-0/0/1 mtu delete: '))


@given(st.sampled_from(["configuration-text", "configuration-set"]), TEXTS)
@ANYTHING
def test_no_text_brings_the_load_down(kind, text):
    client = Client(junos_pair()[0], "ju")
    action = "set" if kind == "configuration-set" else "override"
    escaped = text.replace('"', "&quot;")
    reply = client.rpc(
        f'<load-configuration action="{action}" format="text"><{kind}>{escaped}</{kind}>'
        "</load-configuration>"
    )
    assert local(reply[0]) == "load-configuration-results"


# --- datastores


@BOTH
def test_a_lock_keeps_others_out_until_its_session_ends(lab, name):
    first, second = Client(lab, name), Client(lab, name)
    lock = "<lock><target><candidate/></target></lock>"
    first.ok(lock)
    reply = second.rpc(lock)
    assert tag_of(reply) == "lock-denied"
    assert reply.findtext(f".//{{{BASE}}}error-info/{{{BASE}}}session-id") == str(first.number)
    assert second.error(second.edit("other")) == "in-use"
    assert second.error("<commit/>") == "in-use"
    first.ok("<close-session/>")
    assert first.service.closed()
    second.ok(lock)


@BOTH
def test_an_edit_waits_for_its_commit_and_can_be_discarded(lab, name):
    client, device = Client(lab, name), lab.devices[name]
    client.ok(client.edit("other"))
    client.ok("<discard-changes/>")
    client.ok("<commit/>")
    assert device.hostname == name
    client.ok(client.edit("other"))
    assert device.hostname == name
    client.ok("<validate><source><candidate/></source></validate>")
    client.ok("<commit/>")
    assert device.hostname == "other"
    assert device.running.root == device.startup.root


@BOTH
def test_a_confirmed_commit_goes_back_by_the_clock(region, name):
    lab, clock = region
    client, device = Client(lab, name), lab.devices[name]
    client.ok(client.edit("other"))
    client.ok("<commit><confirmed/><confirm-timeout>90</confirm-timeout></commit>")
    clock.advance(timedelta(seconds=89))
    assert device.hostname == "other"
    clock.advance(timedelta(seconds=1))
    assert device.hostname == name


@BOTH
def test_a_confirmed_commit_can_be_confirmed_prolonged_cancelled_and_lost(region, name):
    lab, clock = region
    device = lab.devices[name]
    waits = "<commit><confirmed/></commit>"

    def started():
        client = Client(lab, name)
        client.ok(client.edit("other"))
        client.ok(waits)
        assert device.hostname == "other"
        return client

    started().ok("<cancel-commit/>")
    assert device.hostname == name
    started().service.end()
    assert device.hostname == name
    client = started()
    clock.advance(timedelta(seconds=599))
    client.ok(waits)
    clock.advance(timedelta(seconds=599))
    assert device.hostname == "other"
    client.ok("<commit/>")
    client.service.end()
    clock.advance(timedelta(days=1))
    assert device.hostname == "other"


def test_junos_does_not_know_persist(lab):
    client = Client(lab, "ju")
    waits = "<commit><confirmed/><persist>x</persist></commit>"
    assert client.error(waits) == "unknown-element"


def test_a_trial_of_ios_xr_is_its_sessions_or_that_of_its_id(lab):
    first, second = Client(lab, "xr"), Client(lab, "xr")
    first.ok(first.edit("other"))
    first.ok("<commit><confirmed/></commit>")
    assert second.error("<commit/>") == "in-use"
    assert second.error("<commit><persist-id>x</persist-id></commit>") == "invalid-value"
    first.ok("<commit><confirmed/><persist>wave</persist></commit>")
    first.service.end()
    assert second.error("<commit/>") == "invalid-value"
    second.ok("<commit><persist-id>wave</persist-id></commit>")
    assert lab.devices["xr"].hostname == "other"


def test_ios_xr_gives_each_session_a_candidate_and_merges_them(lab):
    first, second = Client(lab, "xr"), Client(lab, "xr")
    first.ok(first.edit("other"))
    config = f'<cli xmlns="{CLI}">logging trap informational</cli>'
    second.ok(f"<edit-config><target><candidate/></target><config>{config}</config></edit-config>")
    first.ok("<commit/>")
    second.ok("<commit/>")
    lines = lab.devices["xr"].running.render(block_end=True)
    assert {"hostname other", "logging trap informational"} <= set(lines)


def test_junos_has_one_candidate_for_netconf_and_the_command_line(lab):
    Client(lab, "ju").ok(Client(lab, "ju").edit("other"))
    assert "+  host-name other;" in typed(lab, "configure", "show | compare")[1]


def test_the_command_line_of_junos_keeps_out_while_a_session_holds_the_lock(lab):
    client = Client(lab, "ju")
    client.ok("<lock-configuration/>")
    assert typed(lab, "configure")[0].startswith("error: the candidate configuration is locked")
    client.service.end()
    assert typed(lab, "configure")[0].startswith("Entering configuration mode")


def test_a_braced_text_replaces_and_deletes_what_it_marks(lab):
    client = Client(lab, "ju")
    reply = client.rpc(
        '<load-configuration action="replace" format="text"><configuration-text>'
        f"interfaces {{ replace: {PORT} {{ mtu 9000; unit 0 {{ family inet {{ }} family iso; }} }} "
        "delete: lo0; } protocols { delete: lldp; }"
        "</configuration-text></load-configuration>"
    )
    assert tag_of(reply) is None
    shown = client.rpc('<get-configuration format="set"/>')[0].text.splitlines()
    assert [line for line in shown if "interfaces " in line and "macsec" not in line] == [
        f"set interfaces {PORT} mtu 9000",
        f"set interfaces {PORT} unit 0 family iso",
    ]
    assert not [line for line in shown if "lldp" in line]


def test_the_xml_of_a_junos_configuration_can_be_loaded_again(lab):
    client = Client(lab, "ju")
    (configuration,) = client.rpc('<get-configuration database="committed"/>')
    text = etree.tostring(configuration, encoding="unicode")
    reply = client.rpc(f'<load-configuration action="override">{text}</load-configuration>')
    assert tag_of(reply) is None
    (compared,) = client.rpc('<get-configuration compare="rollback" rollback="0" format="text"/>')
    assert compared[0].text == "\n"


def test_a_text_that_was_typed_is_loaded_until_its_end(lab):
    answers = typed(
        lab, "configure", "load merge terminal", "system { host-name other; }\x04show | compare"
    )
    assert answers[1] == "[Type ^D at a new line to end input]\r\n"
    assert answers[2] == "load complete\r\n"
    assert "+  host-name other;" in answers[3]
    answers = typed(lab, "configure", "load override terminal", "system { nonsense; }\x04")
    assert answers[2].endswith("load complete (1 errors)\r\n")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("<a/>", "<a><b>1</b><c><d>2</d></c></a>"),
        ("<a><b>1</b></a>", "<a><b>1</b><c><d>2</d></c></a>"),
        ("<a><b>2</b></a>", None),
        ("<a><b>1</b><c><d/></c></a>", "<a><b>1</b><c><d>2</d></c></a>"),
        ("<a><c/></a>", "<a><c><d>2</d></c></a>"),
        ("<a><x/></a>", None),
        ('<a xmlns="urn:other"/>', None),
    ],
)
def test_a_subtree_filter_chooses_as_the_rfc_says(wanted, found):
    data = etree.fromstring("<a><b>1</b><c><d>2</d></c></a>")
    chosen = [
        etree.tostring(one, encoding="unicode")
        for one in select([etree.fromstring(wanted)], [data])
    ]
    assert chosen == ([found] if found else [])
