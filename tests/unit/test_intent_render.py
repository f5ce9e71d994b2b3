"""Rendering: what templates may do, and how failures are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from netmod.errors import OutputError, TemplateError
from netmod.intent import Rendered, render, write_rendered
from netmod.intent.environment import environment, month, netmask, secret, vlan_ranges, wildcard
from netmod.inventory import Device, Inventory, Site, Trust, load_inventory

ROOT = Path(__file__).parents[2]
SITE = Site.model_validate(
    {"id": "s", "name": "S", "trust": "t", "class": "C", "kind": "clinic",
     "latitude": 60, "longitude": 10}
)  # fmt: skip
NAMES = ("h1", "h2")


def inventory(**data: object) -> Inventory:
    devices = {
        name: Device(name, "10.0.0.1", 22, "cisco_iosxe", "core", "p", "s", (), data)
        for name in NAMES
    }
    return Inventory({"t": Trust(id="t", name="T")}, {"s": SITE}, devices, {})


def templates(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "templates" / "cisco_iosxe" / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "templates"


def rendered(folder: Path, of: Inventory, **files: str) -> list[Rendered]:
    return list(render(of, templates(folder, **files), of.devices.values()))


def test_a_template_sees_host_site_and_data(tmp_path: Path) -> None:
    text = "hostname {{ host.name }}\n! {{ site.id }} {{ data.loopback | ip }}\n"
    found = rendered(tmp_path, inventory(loopback="10.1.1.1/32"), p=text)
    assert [one.host for one in found] == ["h1", "h2"]
    assert found[0].text == "hostname h1\n! s 10.1.1.1\n"
    assert found[0].template == "cisco_iosxe/p.j2"


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("a\n{{ data.missing }}\n", 2, "has no attribute 'missing'"),
        ("{{ missing }}\n", 1, "'missing' is undefined"),
        ("a\n\n{% for x in data.loopback %}\n", 3, "Unexpected end of template"),
        ("{{ data.loopback | nosuch }}\n", 1, "No filter named 'nosuch'"),
        ("a\n{{ 1 / 0 }}\n", 2, "division by zero"),
        ("{{ data.loopback | netmask }}\n", 1, "does not appear to be an IPv4 or IPv6"),
        ('{{ "Upper Case" | secret }}\n', 1, "is no reference to a secret"),
        ("{{ ''.__class__.__mro__ }}\n", 1, "access to attribute '__class__'"),
        ("{{ site.parse_file('/etc/hostname') }}\n", 1, "access to attribute 'parse_file'"),
        ("{{ data.day.today() }}\n", 1, "access to attribute 'today'"),
        ("{{ [1, 2] | random }}\n", 1, "No filter named 'random'"),
        ("{{ data.list.append(1) }}\n", 1, "access to attribute 'append'"),
        ("{% include 'cisco_iosxe/nosuch.j2' %}\n", 1, "includes cisco_iosxe/nosuch.j2"),
        ("{# nothing #}\n", 0, "empty config"),
    ],
)
def test_a_failure_names_template_line_variable_and_hosts(
    tmp_path: Path, template: str, line: int, message: str
) -> None:
    of = inventory(loopback="nonsense", day=date(2026, 1, 1), list=[0])
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, of, p=template)
    (problem,) = caught.value.problems
    assert problem.file == "templates/cisco_iosxe/p.j2"
    assert problem.line == line
    assert message in problem.message
    assert problem.message.endswith("(for h1, h2)")


def test_a_failure_in_a_partial_is_placed_in_the_partial(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        rendered(
            tmp_path, inventory(), p='{% include "cisco_iosxe/part.j2" %}', part="a\n{{ data.x }}\n"
        )
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("templates/cisco_iosxe/part.j2", 2)


def test_failures_of_all_hosts_come_together_and_the_rest_is_rendered(tmp_path: Path) -> None:
    of = inventory()
    devices = [
        of.devices["h1"],
        Device("x1", "10.0.0.2", 22, "cisco_iosxe", "core", "nosuch", "s", (), {}),
        Device("x2", "10.0.0.3", 22, "cisco_iosxe", "core", "bad", "s", (), {}),
    ]
    found: list[str] = []
    configs = render(of, templates(tmp_path, p="ok\n", bad="{{ data.x }}"), devices)
    with pytest.raises(TemplateError) as caught:
        found.extend(one.host for one in configs)
    assert found == ["h1"]
    assert [problem.file for problem in caught.value.problems] == [
        "templates/cisco_iosxe/bad.j2",
        "templates/cisco_iosxe/nosuch.j2",
    ]


def test_no_templates_folder(tmp_path: Path) -> None:
    of = inventory()
    with pytest.raises(TemplateError, match="no such folder"):
        list(render(of, tmp_path / "templates", of.devices.values()))


def test_nothing_is_written_when_one_host_fails(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "h1.cfg").write_text("old\n", encoding="utf-8")
    of = inventory()
    files = templates(tmp_path, p="{% if host.name == 'h2' %}{{ missing }}{% endif %}new\n")
    with pytest.raises(TemplateError):
        write_rendered(render(of, files, of.devices.values()), out)
    assert [path.name for path in out.iterdir()] == ["h1.cfg"]
    assert (out / "h1.cfg").read_text(encoding="utf-8") == "old\n"


def test_files_are_written_as_rendered(tmp_path: Path) -> None:
    of = inventory()
    files = templates(tmp_path, p="hostname {{ host.name }}\n")
    paths = write_rendered(render(of, files, of.devices.values()), tmp_path / "a" / "out")
    assert [path.name for path in paths] == ["h1.cfg", "h2.cfg"]
    assert paths[1].read_bytes() == b"hostname h2\n"
    assert sorted(path.name for path in (tmp_path / "a" / "out").iterdir()) == ["h1.cfg", "h2.cfg"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_rendered(iter(()), tmp_path / "out")
    assert caught.value.hint


def test_filters() -> None:
    assert secret("macsec/kc-1/1") == "<secret:macsec/kc-1/1>"
    assert netmask("10.0.0.1/31") == "255.255.255.254"
    assert wildcard("10.251.1.0/28") == "10.251.1.0 0.0.0.15"
    assert month(date(2026, 12, 31)) == "December"
    assert vlan_ranges([120, 110, 111, 112]) == "110-112,120"


def test_the_environment_is_cached(tmp_path: Path) -> None:
    assert environment(tmp_path) is environment(tmp_path)


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def configs(sample: Inventory) -> dict[str, Rendered]:
    found: Iterator[Rendered] = render(sample, ROOT / "templates", sample.devices.values())
    return {one.host: one for one in found}


def test_every_device_of_the_sample_renders(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    assert list(configs) == list(sample.devices)
    for one in configs.values():
        assert one.text.isascii(), one.host
        assert one.text.endswith("\n")
        assert "None" not in one.text, one.host
        assert not re.search(r"\{[{%#]|[#%}]\}|[ \t]$", one.text, re.MULTILINE), one.host
        assert not re.search(r"\n\n", one.text), one.host


def test_junos_says_everything_once(configs: dict[str, Rendered]) -> None:
    for one in configs.values():
        if one.platform == "juniper_junos":
            lines = one.text.splitlines()
            assert sorted({line for line in lines if lines.count(line) > 1}) == [], one.host


def test_rendering_is_deterministic(sample: Inventory, configs: dict[str, Rendered]) -> None:
    again = render(sample, ROOT / "templates", sample.devices.values())
    assert {one.host: one for one in again} == configs


def test_a_secret_is_a_placeholder_wherever_a_config_needs_one(
    configs: dict[str, Rendered],
) -> None:
    wanted = re.compile(
        r"(?:^ *(?:key|secret|key-string(?: password)?|key-octet-string|cak|password encrypted)"
        r"|authentication-key(?: \d+ (?:md5|value))?|encrypted-password|secret (?:5|9|10|sha512)"
        r"|tacplus-server \S+ secret|pre-shared-key cak|fallback-key cak|password 5|server-key"
        r"|^ *neighbor \S+ password|^ {4,}password|hmac-md5 encrypted"
        r"|auth sha|priv aes(?: 256|-128)?|(?:tion|privacy)-password) (\S+)",
        re.MULTILINE,
    )
    ckn = re.compile(r"[0-9a-f]{64}|chain|\d+|type")
    for one in configs.values():
        values = [value for value in wanted.findall(one.text) if not ckn.fullmatch(value)]
        assert values, one.host
        assert [
            value for value in values if not re.fullmatch(r"<secret:[a-z0-9._/-]+>", value)
        ] == []


def _ends(sample: Inventory, platforms: set[str]) -> list[tuple[str, str, list[str], str, str]]:
    """Host, link, physical ports, key chain and policy of each end that we encrypt."""
    found = []
    for link in sample.links.values():
        if link.encryption and link.status != "decommissioned":
            for number, end in enumerate(link.managed_ends):
                ports = [one.a if number == 0 else str(one.b) for one in link.members]
                if sample.devices[end.device].platform in platforms:
                    found.append(
                        (end.device, link.id, ports or [end.interface],
                         link.encryption.key_chain, link.encryption.policy)
                    )  # fmt: skip
    return found


def _block(text: str, header: str) -> list[str]:
    """The lines below a line, as far as they are indented."""
    lines = text.split("\n")
    start = lines.index(header) + 1
    stop = next(n for n in range(start, len(lines)) if not lines[n].startswith(" "))
    return [line.strip() for line in lines[start:stop]]


BINDING = {
    "cisco_iosxe": ("mka pre-shared-key key-chain {chain}", "mka policy {policy}"),
    "cisco_iosxr": ("macsec psk-keychain {chain}", "policy {policy}"),
    "cisco_nxos": ("macsec keychain {chain}", "policy {policy}"),
    "arista_eos": ("mac security profile {chain}", ""),
}


@pytest.mark.parametrize("platform", BINDING)
def test_every_encrypted_end_binds_its_keys_on_every_physical_port(
    sample: Inventory, configs: dict[str, Rendered], platform: str
) -> None:
    ends = _ends(sample, {platform})
    assert ends
    for host, link, ports, chain, policy in ends:
        for port in ports:
            block = "\n".join(_block(configs[host].text, f"interface {port}")) + "\n"
            for line in BINDING[platform]:
                wanted = line.format(chain=chain, policy=policy)
                assert re.search(rf"{re.escape(wanted)}(\s|$)", block), (host, link, port)
        assert f"{chain}" in configs[host].text


def test_junos_binds_a_connectivity_association(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    ends = _ends(sample, {"juniper_junos"})
    assert ends
    for host, _, ports, chain, _ in ends:
        text = configs[host].text
        for port in ports:
            assert (
                f"set security macsec interfaces {port} connectivity-association {chain}\n" in text
            )
        for part in (
            "security-mode static-cak",
            "cipher-suite gcm-aes-xpn-256",
            "pre-shared-key ckn",
        ):
            assert f"connectivity-association {chain} {part}" in text


def test_what_we_do_not_encrypt_has_no_macsec_and_what_is_planned_is_shut(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    seen = 0
    for link in sample.links.values():
        for end in link.managed_ends:
            device = sample.devices[end.device]
            header = f"interface {end.interface}"
            if device.platform == "juniper_junos" or link.status == "decommissioned":
                continue
            block = _block(configs[end.device].text, header)
            assert ("shutdown" in block) == (link.status == "planned"), (link.id, end.device)
            if link.encryption is None:
                seen += 1
                assert not [line for line in block if "macsec" in line or "mka" in line], link.id
    assert seen


def test_a_decommissioned_link_is_not_configured(
    sample: Inventory, configs: dict[str, Rendered]
) -> None:
    gone = [link.id for link in sample.links.values() if link.status == "decommissioned"]
    assert gone
    for one in configs.values():
        assert not [link for link in gone if f"{link}:" in one.text]


def test_key_lifetimes_are_written_as_each_platform_reads_them(
    configs: dict[str, Rendered],
) -> None:
    assert "  lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2027\n" in configs["drm-pe1"].text
    assert "  lifetime local 00:00:00 Jan 1 2026 infinite\n" in configs["drm-pe1"].text
    assert (
        "   lifetime 00:00:00 january 01 2026 23:59:59 december 31 2027\n" in configs["dca-p1"].text
    )
    assert (
        "    send-lifetime local 00:00:00 Jan 01 2026 23:59:59 Dec 31 2027\n"
        in configs["dca-br1"].text
    )


def test_a_template_that_may_not_be_read_is_named_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere/p.j2")

    monkeypatch.setattr("jinja2.FileSystemLoader.get_source", denied)
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, inventory(), p="x")
    (problem,) = caught.value.problems
    assert problem.file == "templates/cisco_iosxe/p.j2"
    assert problem.message == "Permission denied (for h1, h2)"
    assert problem.hint == "check the permissions of the template"
