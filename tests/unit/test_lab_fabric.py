"""The lab's fabric: what both ends of a cable bring about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.inventory import ManagedEnd, Member
from netmod.lab.editor import Editor
from tests.unit.lab_pair import (
    FALLBACK_XE,
    FALLBACK_XR,
    SUPPLIER,
    XE,
    XE_PORT,
    XR,
    XR_PORT,
    link,
    pair,
)


def states(lab, xe_port=XE_PORT, xr_port=XR_PORT):
    return (
        lab.fabric.port(lab.devices["xe"], xe_port),
        lab.fabric.port(lab.devices["xr"], xr_port),
    )


def statuses(state):
    return [(session.source, session.status) for session in state.sessions]


SECURED = [("primary", "secured")]
ALONE = [("primary", "no-peer")]


@pytest.mark.parametrize(
    ("name", "xe", "xr", "at_xe", "at_xr", "traffic"),
    [
        ("as intended", XE, XR, SECURED, SECURED, "encrypted"),
        ("another key", XE.replace("kc/1>", "kc/2>"), XR, ALONE, ALONE, "blocked"),
        ("another CKN", XE.replace("key 01aa", "key 01ab"), XR, ALONE, ALONE, "blocked"),
        ("CKN in capitals", XE.replace("key 01aa", "key 01AA"), XR, SECURED, SECURED, "encrypted"),
        ("another algorithm", XE.replace("aes-256-cmac", "aes-128-cmac"), XR, ALONE, ALONE, "blocked"),
        ("no MACsec at xr", XE, XR.replace(" macsec psk-keychain KC policy P\n", ""), ALONE, [], "blocked"),
        ("chain undefined at xr", XE, XR.replace("psk-keychain KC", "psk-keychain OTHER"), ALONE, [], "blocked"),
        ("xe shut", XE.replace(" description to xr", " shutdown"), XR, [], ALONE, "none"),
        ("xr shut", XE, XR.replace(" description to xe", " shutdown"), ALONE, [], "none"),
        ("no common cipher", XE.replace("xpn-256", "128"), XR, [("primary", "incompatible")], [("primary", "incompatible")], "blocked"),
        ("key ended", XE.replace("Dec 31 2026", "Jun 14 2026"), XR, [], ALONE, "blocked"),
        ("key ended at both", XE.replace("Dec 31 2026", "Jun 14 2026"), XR.replace("december 31 2026", "june 14 2026"), [], [], "blocked"),
        ("key not begun", XE.replace("Jan 1 2026", "Jun 16 2026"), XR, [], ALONE, "blocked"),
        ("no key string", XE.replace("  key-string <secret:macsec/kc/1>\n", ""), XR, [], ALONE, "blocked"),
    ],
)  # fmt: skip
def test_sessions_follow_from_both_ends(name, xe, xr, at_xe, at_xr, traffic):
    lab, _ = pair(xe, xr)
    assert lab.rejected == {}
    near, far = states(lab)
    assert (statuses(near), statuses(far)) == (at_xe, at_xr)
    assert near.traffic == far.traffic == traffic


def test_one_end_that_fails_open_does_not_make_the_other_pass_clear_text():
    fails_open = XE.replace("macsec network-link", "macsec\n macsec access-control should-secure")
    bare = XR.replace(" macsec psk-keychain KC policy P\n", "")
    lab, _ = pair(fails_open, bare)
    assert [state.traffic for state in states(lab)] == ["clear", "clear"]
    lab, _ = pair(fails_open, XR.replace("kc/1>", "kc/2>"))
    assert [state.traffic for state in states(lab)] == ["blocked", "blocked"]


@pytest.mark.parametrize("ckn", ["01aa", "01AA"])
def test_pairing_marks_cross(ckn):
    near, far = (state.active for state in states(pair(XE.replace("01aa", ckn))[0]))
    assert (near.since, near.message_number) == (far.since, far.message_number)
    assert (near.local, near.peer) == (far.peer, far.local)
    assert near.local.sci != far.local.sci
    assert near.key_identifier == far.key_identifier
    assert near.key_identifier.startswith(near.local.member_id)


@pytest.mark.parametrize(
    ("xe_priority", "xr_priority", "servers"),
    [(10, 20, (True, False)), (30, 20, (False, True)), (255, 20, (False, True))],
)
def test_lowest_priority_is_key_server(xe_priority, xr_priority, servers):
    xe = XE.replace("priority 10", f"priority {xe_priority}")
    xr = XR.replace("priority 20", f"priority {xr_priority}")
    near, far = states(pair(xe, xr)[0])
    assert (near.active.key_server, far.active.key_server) == servers


def test_equal_priorities_are_decided_by_the_address():
    near, far = states(pair(XE.replace("priority 10", "priority 20"))[0])
    lower = near if near.active.local.sci < far.active.local.sci else far
    assert [state.active.key_server for state in (near, far)].count(True) == 1
    assert lower.active.key_server


def test_nobody_is_key_server_where_both_decline():
    lab, _ = pair(
        XE.replace("priority 10", "priority 255"), XR.replace("priority 20", "priority 255")
    )
    assert statuses(states(lab)[0]) == [("primary", "incompatible")]


def test_the_key_server_chooses_the_cipher():
    both = XE.replace("gcm-aes-xpn-256", "gcm-aes-128 gcm-aes-xpn-256")
    near, far = states(pair(both)[0])
    assert near.active.cipher == far.active.cipher == "GCM-AES-XPN-256"
    short = XR.replace("GCM-AES-XPN-256", "GCM-AES-128")
    near, far = states(pair(both, short)[0])
    assert near.active.cipher == far.active.cipher == "GCM-AES-128"


def test_the_key_servers_offset_holds_for_both_and_never_with_extended_numbering():
    offset = XE.replace("sak-rekey", "confidentiality-offset 30\n sak-rekey")
    assert [state.active.offset for state in states(pair(offset)[0])] == [0, 0]
    lab, _ = pair(offset.replace("xpn-256", "256"), XR.replace("XPN-256", "256"))
    assert [state.active.offset for state in states(lab)] == [30, 30]


@pytest.mark.parametrize(
    ("xe", "xr", "expected"),
    [
        (FALLBACK_XE, FALLBACK_XR, [("primary", "secured"), ("fallback", "standby")]),
        (FALLBACK_XE.replace("kc/1>", "kc/9>"), FALLBACK_XR, [("primary", "no-peer"), ("fallback", "secured")]),
        (FALLBACK_XE.replace("Dec 31 2026", "Jun 14 2026"), FALLBACK_XR, [("fallback", "secured")]),
        (FALLBACK_XE, XR, [("primary", "secured"), ("fallback", "no-peer")]),
    ],
)  # fmt: skip
def test_the_fallback_key_takes_over(xe, xr, expected):
    lab, _ = pair(xe, xr)
    assert lab.rejected == {}
    assert statuses(states(lab)[0]) == expected


def test_a_key_expires_by_the_devices_own_clock():
    lab, clock = pair()
    lab.devices["xr"].skew = timedelta(days=365)
    assert [statuses(state) for state in states(lab)] == [ALONE, []]
    lab.devices["xr"].skew = timedelta()
    assert [statuses(state) for state in states(lab)] == [SECURED, SECURED]
    clock.advance(timedelta(days=365))
    assert [statuses(state) for state in states(lab)] == [[], []]


def test_a_key_follows_the_other_without_a_gap():
    second = (
        " key 02cc\n  cryptographic-algorithm aes-256-cmac\n  key-string <secret:macsec/kc/2>\n"
        "  lifetime local 00:00:00 Dec 1 2026 23:59:59 Dec 31 2027\n!\nmka policy P\n key"
    )
    xe = XE.replace("!\nmka policy P\n key", second)
    xr = XR.replace(
        "  !\n !\n!\nmacsec-policy",
        "  !\n  key 02cc\n   key-string <secret:macsec/kc/2> cryptographic-algorithm aes-256-cmac\n"
        "   lifetime 00:00:00 december 01 2026 23:59:59 december 31 2027\n  !\n !\n!\nmacsec-policy",
    )
    lab, clock = pair(xe, xr)
    assert {state.active.key.name for state in states(lab)} == {"01aa"}
    clock.advance(timedelta(days=180))
    assert {state.active.key.name for state in states(lab)} == {"02cc"}


def test_counters_advance_with_the_clock_and_agree():
    lab, clock = pair()
    first, _ = states(lab)
    assert states(lab)[0].counters == first.counters
    clock.advance(timedelta(seconds=10))
    near, far = states(lab)
    assert near.counters.tx > first.counters.tx
    assert near.counters.rx > first.counters.rx
    assert (near.counters.tx, near.counters.rx) == (far.counters.rx, far.counters.tx)


def test_counters_of_a_sak_begin_again_with_it():
    lab, clock = pair()
    seen = states(lab)[0]
    clock.advance(timedelta(seconds=seen.active.rekey_in))
    after = states(lab)[0]
    assert after.active.key_number == seen.active.key_number + 1
    assert after.counters.tx_sak < seen.counters.tx_sak or seen.counters.tx_sak == 0
    assert after.counters.tx > seen.counters.tx


def test_a_changed_port_starts_a_new_session():
    lab, clock = pair()
    before = states(lab)[0].active
    clock.advance(timedelta(hours=1))
    editor = Editor(lab.devices["xe"].running)
    editor.enter(f"interface {XE_PORT}")
    editor.enter("description does not matter")
    assert states(lab)[0].active.elapsed == before.elapsed + 3600
    editor.enter("macsec access-control should-secure")
    after = states(lab)[0].active
    assert (after.key_number, after.message_number, after.elapsed) == (1, 1, 0)
    assert after.local.member_id != before.local.member_id


def test_a_key_to_come_does_not_disturb_the_session():
    lab, _ = pair()
    before = states(lab)[0].active
    editor = Editor(lab.devices["xe"].running)
    for line in (
        "key chain KC macsec",
        "key 02cc",
        "cryptographic-algorithm aes-256-cmac",
        "key-string <secret:macsec/kc/2>",
        "lifetime local 00:00:00 Dec 1 2026 23:59:59 Dec 31 2027",
    ):
        editor.enter(line)
    assert states(lab)[0].active == before


def test_both_ends_agree_on_the_key_where_their_preferences_cross():
    crossed = FALLBACK_XR.replace(
        "psk-keychain KC fallback-psk-keychain FB", "psk-keychain FB fallback-psk-keychain KC"
    )
    near, far = states(pair(FALLBACK_XE, crossed)[0])
    assert near.active.key == far.active.key
    assert near.active.key_identifier == far.active.key_identifier


def test_a_dark_site_takes_the_link_down_and_boots_what_was_saved():
    lab, _ = pair()
    xr = lab.devices["xr"]
    Editor(xr.running).enter("hostname unsaved")
    xr.power(on=False)
    near, _ = states(lab)
    assert (near.up, near.traffic, statuses(near)) == (False, "none", ALONE)
    xr.power(on=True)
    assert xr.hostname == "xr"
    assert states(lab)[0].up


def test_a_supplier_is_no_peer():
    lab, _ = pair(XE, XR, link(b=SUPPLIER))
    near, far = states(lab)
    assert (near.up, statuses(near)) == (True, ALONE)
    assert not far.up


@pytest.mark.parametrize("status", ["planned", "decommissioned"])
def test_only_active_links_are_cabled(status):
    near, far = states(pair(XE, XR, link(status=status))[0])
    assert not near.up
    assert not far.up


def test_the_members_of_a_bundle_carry_macsec():
    members = [Member(a=XE_PORT, b=XR_PORT), Member(a="HundredGigE1/0/2", b="HundredGigE0/0/0/2")]
    bundle = link(
        a=ManagedEnd(device="xe", interface="Port-channel1"),
        b=ManagedEnd(device="xr", interface="Bundle-Ether1"),
        members=members,
    )
    xe_part = XE[XE.index("interface") :].replace(
        "description to xr", "channel-group 1 mode active"
    )
    xr_part = XR[XR.index("interface") :].replace("description to xe", "bundle id 1 mode active")
    xe = XE[: XE.index("interface")] + xe_part + "interface Port-channel1\n"
    xe += xe_part.replace("E1/0/1", "E1/0/2").replace(" macsec network-link\n", "")
    xr = XR[: XR.index("interface")] + xr_part + "interface Bundle-Ether1\n"
    xr += xr_part.replace("0/0/0/1", "0/0/0/2")
    lab, _ = pair(xe, xr, bundle)
    assert lab.rejected == {}
    assert [statuses(state) for state in states(lab)] == [SECURED, SECURED]
    second = states(lab, "HundredGigE1/0/2", "HundredGigE0/0/0/2")
    assert [statuses(state) for state in second] == [[], ALONE]
    assert all(state.up for state in states(lab, "Port-channel1", "Bundle-Ether1"))


def test_lldp_needs_both_ends():
    lab, _ = pair()
    xe, xr = lab.devices["xe"], lab.devices["xr"]
    (seen,) = lab.fabric.neighbors(xe, "lldp")
    assert (seen.local_port, seen.device.name, seen.announced_port) == (XE_PORT, "xr", XR_PORT)
    (seen,) = lab.fabric.neighbors(xr, "lldp")
    assert (seen.local_port, seen.announced_port) == (XR_PORT, "Hu1/0/1")
    Editor(xr.running).enter("no lldp")
    assert lab.fabric.neighbors(xe, "lldp") == []
    assert lab.fabric.neighbors(xr, "lldp") == []


def test_sub_interfaces_ride_on_their_port():
    xe = XE.replace(
        f"interface {XE_PORT}",
        f"interface {XE_PORT}\n macsec dot1q-in-clear 1\n!\ninterface {XE_PORT}.5",
    )
    xr = XR.replace(f"interface {XR_PORT}", f"interface {XR_PORT}\n!\ninterface {XR_PORT}.5")
    sub = link(
        a=ManagedEnd(device="xe", interface=f"{XE_PORT}.5"),
        b=ManagedEnd(device="xr", interface=f"{XR_PORT}.5"),
    )
    lab, _ = pair(xe, xr, sub)
    near, far = states(lab, f"{XE_PORT}.5", f"{XR_PORT}.5")
    assert [statuses(state) for state in (near, far)] == [SECURED, SECURED]
    assert near.active.policy.tags_in_clear == 1
    assert len(lab.fabric.neighbors(lab.devices["xe"], "lldp")) == 1
    editor = Editor(lab.devices["xr"].running)
    editor.enter(f"interface {XR_PORT}.5")
    editor.enter("shutdown")
    near, _ = states(lab, f"{XE_PORT}.5", f"{XR_PORT}.5")
    assert (near.up, statuses(near)) == (True, ALONE)
