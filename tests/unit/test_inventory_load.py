"""Loading an inventory: what is merged, and what is refused, with file, line and hint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from netmod.errors import InventoryError, Problem
from netmod.inventory import Inventory, load_inventory

SAMPLE = Path(__file__).parents[2] / "inventory"

SITES = """\
trusts:
  east: {name: East HF}
sites:
  dc-a: {name: A, trust: east, class: A, kind: data-centre, latitude: 60, longitude: 10, core_location: true}
  dc-b: {name: B, trust: east, class: A, kind: data-centre, latitude: 61, longitude: 11, core_location: true}
  small: {name: S, trust: east, class: C, kind: clinic, latitude: 60.5, longitude: 10.5}
"""
HOSTS = """\
a-p1:
  hostname: 10.0.0.1
  groups: [p, cisco_iosxr]
  data: {site: dc-a}
a-p2:
  hostname: 10.0.0.4
  groups: [p, cisco_iosxr]
  data: {site: dc-a}
b-p1:
  hostname: 10.0.0.2
  groups: [p, cisco_iosxr]
  data: {site: dc-b}
s-we1:
  hostname: 10.0.0.3
  groups: [cisco_iosxe]
  data: {site: small, role: wan-edge}
"""
A1 = HOSTS.partition("a-p2")[0]
GROUPS = """\
p:
  data: {role: p}
cisco_iosxr:
  platform: cisco_iosxr
  connection_options:
    netmiko: {platform: cisco_xr}
cisco_iosxe:
  platform: cisco_iosxe
"""
DEFAULTS = "data: {mtu: 9216, role: none}\n"
LINKS = """\
core-1:
  layer: inner-core
  a: {device: a-p1, interface: HundredGigE0/0/0/0}
  b: {device: b-p1, interface: HundredGigE0/0/0/0}
  capacity: 100G
"""
ENCRYPTION = """\
policies:
  CORE: {cipher: GCM-AES-XPN-256}
key_chains:
  KC-1:
    keys:
      - {ckn: "01", secret: macsec/core-1/1, start: 2026-01-01, end: 2027-12-31}
  KC-1-FB:
    keys:
      - {ckn: "0f", secret: macsec/core-1/fallback, start: 2026-01-01}
"""
FILES = {
    "sites.yaml": SITES,
    "links.yaml": LINKS,
    "encryption.yaml": ENCRYPTION,
    "core/hosts.yaml": HOSTS,
    "core/groups.yaml": GROUPS,
    "core/defaults.yaml": DEFAULTS,
}


def write(folder: Path, **changed: str | None) -> Path:
    root = folder / "inventory"
    for name, text in {**FILES, **changed}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
    return root


def load(folder: Path, changed: dict[str, str | None]) -> Inventory:
    return load_inventory(write(folder, **changed))


def problems(folder: Path, changed: dict[str, str | None]) -> list[Problem]:
    with pytest.raises(InventoryError) as caught:
        load(folder, changed)
    return list(caught.value.problems)


def test_a_host_inherits_from_its_groups_and_defaults(tmp_path: Path) -> None:
    device = load(tmp_path, {}).devices["a-p1"]
    assert (device.address, device.port, device.platform) == ("10.0.0.1", 22, "cisco_iosxr")
    assert (device.domain, device.role, device.site) == ("core", "p", "dc-a")
    assert device.groups == ("p", "cisco_iosxr")
    assert device.data == {"site": "dc-a", "role": "p", "mtu": 9216}


def test_a_link_is_typed(tmp_path: Path) -> None:
    link = load(tmp_path, {"links.yaml": LINKS + "  active_from: 2026-02-28\n"}).links["core-1"]
    assert link.capacity == 100 * 10**9
    assert link.active_from == date(2026, 2, 28)
    assert [end.device for end in link.managed_ends] == ["a-p1", "b-p1"]
    assert link.status == "active"


def test_encryption_yaml_may_be_absent(tmp_path: Path) -> None:
    inventory = load(tmp_path, {"encryption.yaml": None})
    assert (inventory.policies, inventory.key_chains) == ({}, {})


def link(text: str) -> dict[str, str | None]:
    return {"links.yaml": LINKS + "x-1:\n" + text}


def line_of(text: str, word: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if word in line)


A2, B2, S = (
    "{device: a-p2, interface: HundredGigE0/0/0/0}",
    "{device: b-p1, interface: HundredGigE0/0/0/1}",
    "{device: s-we1, interface: GigabitEthernet0/0/0}",
)
NHN = "{supplier: Norsk Helsenett, service: X}"


def ends(layer: str, a: str, b: str, rest: str = "") -> dict[str, str | None]:
    return link(f"  layer: {layer}\n  a: {a}\n  b: {b}\n  capacity: 1G\n{rest}")


CORE = ends("inner-core", A2, B2)["links.yaml"]
CASES: list[tuple[str, dict[str, str | None], str, int, str, str]] = [
    # what, changed files, file, line, part of the message, part of the hint
    ("unknown trust", {"sites.yaml": SITES.replace("trust: east, class: C", "trust: eest, class: C")},
     "sites.yaml", 6, "unknown trust 'eest'", "did you mean 'east'?"),
    ("unknown key", {"sites.yaml": SITES.replace("kind: clinic", "kynd: clinic")},
     "sites.yaml", 6, "kynd: unknown key", "did you mean 'kind'?"),
    ("unknown site", {"core/hosts.yaml": HOSTS.replace("site: dc-b", "site: dc-c")},
     "core/hosts.yaml", 12, "host b-p1: unknown site 'dc-c'", "did you mean"),
    ("no site", {"core/hosts.yaml": HOSTS.replace("site: small, ", "")},
     "core/hosts.yaml", 13, "host s-we1 is in no site", "sites.yaml"),
    ("no role", {"core/defaults.yaml": "data: {mtu: 1500}\n", "core/hosts.yaml": HOSTS.replace(", role: wan-edge", "")},
     "core/hosts.yaml", 13, "host s-we1 has no role", "data.role"),
    ("unknown group", {"core/hosts.yaml": HOSTS.replace("[cisco_iosxe]", "[cisco_iosxee]")},
     "core/hosts.yaml", 15, "unknown group 'cisco_iosxee'", "did you mean 'cisco_iosxe'?"),
    ("group of groups", {"core/groups.yaml": GROUPS + "q:\n  groups: [pp]\n"},
     "core/groups.yaml", 10, "group q: unknown group 'pp'", "did you mean 'p'?"),
    ("circle of groups", {"core/groups.yaml": GROUPS.replace("p:\n", "p:\n  groups: [q]\n", 1) + "q:\n  groups: [p]\n"},
     "core/groups.yaml", 2, "group p inherits from itself", "break the circle"),
    ("group named as a domain", {"core/groups.yaml": GROUPS + "lan:\n  data: {}\n"},
     "core/groups.yaml", 9, "has the name of a domain", "defaults.yaml"),
    ("unknown platform", {"core/groups.yaml": GROUPS.replace("platform: cisco_iosxe\n", "platform: cisco_xe\n")},
     "core/hosts.yaml", 13, "unknown platform 'cisco_xe'", "did you mean 'cisco_iosxe'?"),
    ("no platform", {"core/groups.yaml": GROUPS.replace("  platform: cisco_iosxe\n", "  data: {}\n")},
     "core/hosts.yaml", 13, "host s-we1 has no platform", "one of"),
    ("no address", {"core/hosts.yaml": HOSTS.replace("  hostname: 10.0.0.3\n", "")},
     "core/hosts.yaml", 13, "has no management address", "hostname"),
    ("two hosts, one address", {"core/hosts.yaml": HOSTS.replace("10.0.0.3", "10.0.0.1")},
     "core/hosts.yaml", 14, "management address 10.0.0.1 is a-p1's", "its own"),
    ("host in two domains", {"lan/hosts.yaml": HOSTS.replace("10.0.0.", "10.0.1."), "lan/groups.yaml": GROUPS},
     "core/hosts.yaml", 1, "host a-p1 stands in lan/hosts.yaml too", "one domain"),
    ("upper and lower case", {"core/hosts.yaml": HOSTS + A1.replace("a-p1", "A-P1").replace("10.0.0.1", "10.0.0.9")},
     "core/hosts.yaml", 17, "differs from a-p1", "one name"),
    ("slash in a host name", {"core/hosts.yaml": HOSTS + A1.replace("a-p1", "a/p1").replace("10.0.0.1", "10.0.0.9")},
     "core/hosts.yaml", 17, "'a/p1' has characters", "letters, digits"),
    ("host named as a layout folder", {"core/hosts.yaml": HOSTS + A1.replace("a-p1", "configs").replace("10.0.0.1", "10.0.0.9")},
     "core/hosts.yaml", 17, "snapshot layout", "another name"),
    ("password of a host", {"core/hosts.yaml": HOSTS + "  password: hunter2\n"},
     "core/hosts.yaml", 17, "a password may not stand in the inventory", "remove it"),
    ("password in extras", {"core/groups.yaml": GROUPS + "  connection_options:\n    netmiko: {extras: {secret: hunter2}}\n"},
     "core/groups.yaml", 10, "'secret' may not stand in the inventory", "remove it"),
    ("groups differ", {"lan/hosts.yaml": "{}\n", "lan/groups.yaml": "p:\n  data: {role: q}\n"},
     "core/groups.yaml", 1, "group p differs from the one in lan/groups.yaml", "another name"),
    ("misplaced domain", {"dclan/hosts.yaml": HOSTS},
     "dclan/hosts.yaml", 0, "dclan is no domain", "did you mean 'dc-lan'?"),
    ("yml", {"core/groups.yml": GROUPS}, "core/groups.yml", 0, "is not read", "call it groups.yaml"),
    ("no link", {"links.yaml": ""}, "links.yaml", 1, "no link is declared", "declare every link"),
    ("misspelt file", {"link.yaml": LINKS}, "link.yaml", 0, "is no file of an inventory", "links.yaml"),
    ("file of no domain", {"core/more-hosts.yaml": HOSTS}, "core/more-hosts.yaml", 0, "is no file of a domain", "hosts.yaml"),
    ("no address", {"core/hosts.yaml": HOSTS.replace("10.0.0.1", "10.0.0.999", 1)},
     "core/hosts.yaml", HOSTS.split("10.0.0.1", 1)[0].count("\n") + 1, "'10.0.0.999' is no IPv4 address", "10.0.0.1"),
    ("unknown device", ends("inner-core", A2, B2.replace("b-p1", "b-p2")),
     "links.yaml", 9, "unknown device 'b-p2'", "did you mean"),
    ("both ends the same", ends("campus", A2, A2.replace("0/0/0/0", "0/0/0/1")),
     "links.yaml", 9, "both ends are on a-p2", "far device"),
    ("supplier at end a", ends("stamnett", NHN, S, "  encrypted_by: supplier\n"),
     "links.yaml", 8, "end a is a supplier's", "exchange"),
    ("short interface name", ends("inner-core", A2.replace("HundredGigE", "Hu"), B2),
     "links.yaml", 8, "'Hu0/0/0/0' is no full interface name of cisco_iosxr", "'HundredGigE0/0/0/0'"),
    ("name of another platform", ends("inner-core", A2.replace("HundredGigE", "HundredGigabitEthernet"), B2),
     "links.yaml", 8, "no full interface name", "did you mean 'HundredGigE0/0/0/0'?"),
    ("interface used twice", ends("inner-core", A2.replace("a-p2", "a-p1"), B2),
     "links.yaml", 8, "HundredGigE0/0/0/0 of a-p1 is used by link core-1", "one link"),
    ("member used twice", ends("inner-core", A2.replace("HundredGigE0/0/0/0", "Bundle-Ether1"), B2.replace("HundredGigE0/0/0/1", "Bundle-Ether1"),
                               "  members:\n    - {a: HundredGigE0/0/0/7, b: HundredGigE0/0/0/0}\n"),
     "links.yaml", 12, "HundredGigE0/0/0/0 of b-p1 is used by link core-1", "one link"),
    ("member twice in one link", ends("inner-core", A2.replace("HundredGigE0/0/0/0", "Bundle-Ether1"), B2.replace("HundredGigE0/0/0/1", "Bundle-Ether1"),
                                      "  members:\n    - {a: HundredGigE0/0/0/7, b: HundredGigE0/0/0/7}\n    - {a: HundredGigE0/0/0/8, b: HundredGigE0/0/0/7}\n"),
     "links.yaml", 13, "is used by this link", "one link"),
    ("member without far port", ends("inner-core", A2.replace("HundredGigE0/0/0/0", "Bundle-Ether1"), B2.replace("HundredGigE0/0/0/1", "Bundle-Ether1"),
                                     "  members:\n    - {a: HundredGigE0/0/0/7}\n"),
     "links.yaml", 12, "a member without its port at end b", "both ports"),
    ("dci within a site", ends("dci", A2, "{device: a-p1, interface: HundredGigE0/0/0/9}"),
     "links.yaml", 7, "dci joins the two data centres", "correct the layer"),
    ("inner core to a small site", ends("inner-core", A2, S), "links.yaml", 7, "inner-core joins core locations, and not dc-a and small", ""),
    ("storage at a small site", ends("storage", A2, S), "links.yaml", 7, "storage joins data centres", ""),
    ("dc-lan between data centres", ends("dc-lan", A2, B2), "links.yaml", 7, "dc-lan stays within one data centre", ""),
    ("campus between sites", ends("campus", A2, B2), "links.yaml", 7, "campus stays within one site", ""),
    ("stamnett within a site", ends("stamnett", A2, "{device: a-p1, interface: HundredGigE0/0/0/9}"),
     "links.yaml", 7, "stamnett joins two sites", ""),
    ("inner core to a supplier", ends("inner-core", A2, NHN, "  encrypted_by: supplier\n"),
     "links.yaml", 7, "a link of layer inner-core cannot end at a supplier", ""),
    ("unknown site of a supplier", ends("stamnett", S, "{supplier: X, site: smal}", "  encrypted_by: supplier\n"),
     "links.yaml", 9, "unknown site 'smal'", "did you mean 'small'?"),
    ("planned after active", link(CORE.split("x-1:\n")[1] + "  planned_for: 2026-05-02\n  active_from: 2026-05-01\n"),
     "links.yaml", 11, "planned for 2026-05-02, after it became active", "planned first"),
    ("gone before active", link(CORE.split("x-1:\n")[1] + "  status: decommissioned\n  active_from: 2026-05-01\n  decommissioned_on: 2026-04-30\n"),
     "links.yaml", 13, "before it became active", "correct"),
    ("decommissioned without a date", link(CORE.split("x-1:\n")[1] + "  status: decommissioned\n"),
     "links.yaml", 11, "without a date", "decommissioned_on"),
    ("planned and active", link(CORE.split("x-1:\n")[1] + "  status: planned\n  active_from: 2026-05-01\n"),
     "links.yaml", 12, "status is planned, yet it has active_from", ""),
    ("active and gone", link(CORE.split("x-1:\n")[1] + "  decommissioned_on: 2026-05-01\n"),
     "links.yaml", 11, "status is active, yet it has decommissioned_on", "that day"),
    ("a date that does not exist", link(CORE.split("x-1:\n")[1] + "  planned_for: 29.02.2023\n"),
     "links.yaml", 11, "'29.02.2023' is not a date that exists", "YYYY-MM-DD"),
    ("29 February", link(CORE.split("x-1:\n")[1] + "  planned_for: 2023-02-29\n"),
     "links.yaml", 11, "'2023-02-29' is not a date that exists", "YYYY-MM-DD"),
    ("a number for a date", link(CORE.split("x-1:\n")[1] + "  planned_for: 20260101\n"),
     "links.yaml", 11, "20260101 is not a date that exists", "YYYY-MM-DD"),
    ("capacity in words", {"links.yaml": LINKS.replace("100G", "fast")},
     "links.yaml", 5, "'fast' is no capacity", "like 10G"),
    ("own encryption to a supplier", ends("stamnett", S, NHN), "links.yaml", 6, "we could never prove it", "encrypted_by: supplier"),
    ("optical over copper", ends("inner-core", A2, B2, "  media: copper\n  encrypted_by: optical\n"),
     "links.yaml", 12, "yet the media is copper", "fibre or wavelength"),
    ("optical and a block", ends("inner-core", A2, B2, "  encrypted_by: optical\n  encryption: {policy: CORE, key_chain: KC-1}\n"),
     "links.yaml", 12, "encrypted_by is optical, yet an encryption block", "encrypted_by: own"),
    ("encrypted bundle without members", ends("inner-core", A2.replace("HundredGigE0/0/0/0", "Bundle-Ether1"), B2.replace("HundredGigE0/0/0/1", "Bundle-Ether1"), "  encryption: {policy: CORE, key_chain: KC-1}\n"),
     "links.yaml", 11, "an encrypted bundle without members", "ports of both ends"),
    ("unknown policy", ends("inner-core", A2, B2, "  encryption: {policy: CORES, key_chain: KC-1}\n"),
     "links.yaml", 11, "unknown policy 'CORES'", "did you mean 'CORE'?"),
    ("unknown key chain", ends("inner-core", A2, B2, "  encryption: {policy: CORE, key_chain: KC-2}\n"),
     "links.yaml", 11, "unknown key chain 'KC-2'", "did you mean 'KC-1'?"),
    ("unknown fallback", ends("inner-core", A2, B2, "  encryption:\n    policy: CORE\n    key_chain: KC-1\n    fallback_key_chain: zzz\n"),
     "links.yaml", 14, "unknown key chain 'zzz'", "encryption.yaml"),
    ("fallback is the chain", ends("inner-core", A2, B2, "  encryption: {policy: CORE, key_chain: KC-1, fallback_key_chain: KC-1}\n"),
     "links.yaml", 11, "the fallback is the key chain itself", "of its own"),
    ("fallback has the CKN", {**ends("inner-core", A2, B2, "  encryption: {policy: CORE, key_chain: KC-1, fallback_key_chain: KC-1-FB}\n"),
                              "encryption.yaml": ENCRYPTION.replace('"0f"', '"01"')},
     "links.yaml", 11, "CKN 01 stands in the key chain and in its fallback", "CKN of its own"),
    ("an end without its interface", ends("inner-core", "{device: a-p2}", B2),
     "links.yaml", 8, "x-1.a.interface: required, and missing", ""),
    ("an address without its length", ends("inner-core", A2.replace("}", ", address: 10.0.0.0}"), B2),
     "links.yaml", 8, "'10.0.0.0' has no prefix length", "10.0.0.1/31"),
    ("a key that ends before it starts", {"encryption.yaml": ENCRYPTION.replace("2027-12-31", "2025-12-31")},
     "encryption.yaml", 6, "the key ends before it starts", "exchange"),
    ("a gap between keys", {"encryption.yaml": ENCRYPTION.replace("  KC-1-FB:", '      - {ckn: "02", secret: x, start: 2028-01-02}\n  KC-1-FB:')},
     "encryption.yaml", 4, "no key is valid between 2027-12-31 and 2028-01-02", "overlap"),
    ("a CKN twice", {"encryption.yaml": ENCRYPTION.replace("  KC-1-FB:", '      - {ckn: "01", secret: x, start: 2027-12-01}\n  KC-1-FB:')},
     "encryption.yaml", 4, "a CKN stands twice", ""),
    ("a value for a secret", {"encryption.yaml": ENCRYPTION.replace("macsec/core-1/1", "0xDEADBEEF")},
     "encryption.yaml", 6, "secret", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "file", "line", "message", "hint"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_a_problem_has_file_line_and_hint(
    tmp_path: Path, changed: dict[str, str | None], file: str, line: int, message: str, hint: str
) -> None:
    found = problems(tmp_path, changed)
    assert [
        problem
        for problem in found
        if (problem.file, problem.line) == (f"inventory/{file}", line)
        and message in problem.message
        and hint in problem.hint
    ], [f"{problem} | {problem.hint}" for problem in found]
    assert "hunter2" not in "".join(str(problem) + problem.hint for problem in found)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        {
            "sites.yaml": SITES.replace("trust: east, class: C", "trust: eest, class: C"),
            "core/hosts.yaml": HOSTS.replace("site: dc-b", "site: dc-c"),
            "links.yaml": LINKS.replace("a-p1", "a-p9") + "  status: decommissioned\n",
            "encryption.yaml": "policies: {}\nkeychains: {}\n",
        },
    )
    assert [(problem.file.removeprefix("inventory/"), problem.line) for problem in found] == [
        ("core/hosts.yaml", 12),
        ("encryption.yaml", 2),
        ("links.yaml", 6),
        ("sites.yaml", 6),
    ]


def test_a_broken_file_does_not_blame_the_others(tmp_path: Path) -> None:
    found = problems(tmp_path, {"sites.yaml": "trusts: [\n"})
    assert {problem.file for problem in found} == {"inventory/sites.yaml"}
    found = problems(tmp_path / "2", {"core/hosts.yaml": "a-p1: [\n"})
    assert {problem.file for problem in found} == {"inventory/core/hosts.yaml"}


def test_a_decommissioned_link_gives_its_ports_back(tmp_path: Path) -> None:
    gone = ends(
        "inner-core", A2.replace("a-p2", "a-p1"), B2,
        "  status: decommissioned\n  decommissioned_on: 2026-01-01\n",
    )  # fmt: skip
    assert set(load(tmp_path, gone).links) == {"core-1", "x-1"}


def test_own_encryption_without_a_block_is_what_coverage_finds(tmp_path: Path) -> None:
    assert load(tmp_path, {}).links["core-1"].encryption is None


@pytest.mark.parametrize("missing", ["sites.yaml", "links.yaml", "core/hosts.yaml"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    changed: dict[str, str | None] = {missing: None}
    assert any(
        problem.file == f"inventory/{missing}" and "file not found" in problem.message
        for problem in problems(tmp_path, changed)
    )


def test_an_empty_folder_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="no such folder") as caught:
        load_inventory(tmp_path / "inventory")
    assert "--project" in caught.value.hint
    (tmp_path / "inventory").mkdir()
    with pytest.raises(InventoryError) as caught:
        load_inventory(tmp_path / "inventory")
    assert any("no domain" in problem.message for problem in caught.value.problems)


def test_the_sample_region_is_whole() -> None:
    inventory = load_inventory(SAMPLE)
    classes = [site.site_class for site in inventory.sites.values()]
    assert classes.count("C") == 15
    assert sum(site.core_location for site in inventory.sites.values()) == 10
    assert sum(site.kind == "data-centre" for site in inventory.sites.values()) == 2
    assert {device.platform for device in inventory.devices.values()} == {
        "cisco_iosxe", "cisco_nxos", "cisco_iosxr", "juniper_junos", "arista_eos",
    }  # fmt: skip
    assert {link.layer for link in inventory.links.values()} == {
        "dci", "inner-core", "stamnett", "dc-lan", "campus", "storage",
    }  # fmt: skip
    assert {link.status for link in inventory.links.values()} == {
        "planned", "active", "decommissioned",
    }  # fmt: skip
    assert {link.encrypted_by for link in inventory.links.values()} == {
        "own", "supplier", "optical",
    }  # fmt: skip
    assert {site.id for site in inventory.sites.values()} == {
        device.site for device in inventory.devices.values()
    }
