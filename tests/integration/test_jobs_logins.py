"""From the project's settings to the login that a device sees."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from netmod.devices import Collection
from netmod.errors import ConfigError, CredentialsError
from netmod.evidence import read_snapshot
from netmod.inventory import Inventory
from netmod.jobs.collect import Access, collect_project, management_access
from netmod.jobs.devices import scan_host_keys
from netmod.jobs.inventory import load
from netmod.platforms import read_host
from netmod.settings import Project, open_project
from tests.integration.ssh_peer import PASSWORD, USER, Peer, Terminal, ssh_peer

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields"),
]
ROOT = Path(__file__).parents[2]
CANARY = "Zq1-canary-9"
ADDRESSES = ("127.0.0.1", "localhost")  # every host needs an address of its own
COMMON = f'username = "common"\npassword = "{CANARY}"\n'
OWN = f'[secrets."login/ahus"]\nusername = "eva"\npassword = "{CANARY}"\n'
PLACE = {"class": "A", "kind": "hospital", "latitude": 60, "longitude": 10}
SITES = {
    "trusts": {"t1": {"name": "One"}, "t2": {"name": "Two"}},
    "sites": {
        "s1": {"name": "S1", "trust": "t1", **PLACE},
        "s2": {"name": "S2", "trust": "t2", **PLACE},
    },
}
LINK = {
    "layer": "stamnett",
    "a": {"device": "h1", "interface": "GigabitEthernet0/1"},
    "b": {"supplier": "somebody"},
    "capacity": "1G",
    "encrypted_by": "supplier",
}


@pytest.fixture(autouse=True)
def no_login_of_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "ENABLE_PASSWORD"):
        monkeypatch.delenv(f"NETMOD_{name}", raising=False)


def make_project(
    folder: Path, ports: dict[str, int], *, settings: str = "", file: str = COMMON
) -> Path:
    """Hosts of the names of `ports`; those that end with 2 are at the site of trust t2."""
    (folder / "netmod.toml").write_text(settings)
    inventory = folder / "inventory"
    (inventory / "core").mkdir(parents=True)
    (inventory / "sites.yaml").write_text(yaml.safe_dump(SITES))
    (inventory / "links.yaml").write_text(yaml.safe_dump({"l1": LINK}))
    hosts = {
        name: {
            "hostname": ADDRESSES[number],
            "port": port,
            "platform": "cisco_ios",
            "data": {"site": "s2" if name.endswith("2") else "s1", "role": "p"},
        }
        for number, (name, port) in enumerate(ports.items())
    }
    (inventory / "core" / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    state = folder / ".netmod"
    state.mkdir()
    (state / "credentials.toml").write_text(file)
    (state / "credentials.toml").chmod(0o600)
    return folder


def access_of(root: Path) -> Access:
    project, inventory = opened(root)
    return management_access(project, inventory, list(inventory.devices.values()))


def opened(root: Path) -> tuple[Project, Inventory]:
    return open_project(root, start=root, environ={}), load(root)


def names(access: Access) -> dict[str, str]:
    return {"": access.login.username} | {
        host: login.username for host, login in access.own_logins.items()
    }


RULE = '[[credentials.logins]]\ndevices = {}\nlogin = "login/{}"\n'
OSLO = OWN.replace("ahus", "oslo").replace("eva", "ola")


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("", {"": "common"}),
        (RULE.format('["trust=t2"]', "ahus"), {"": "common", "h2": "eva"}),
        (RULE.format('"site=s2, role=p"', "ahus"), {"": "common", "h2": "eva"}),
        (RULE.format('["h1"]', "ahus"), {"": "common", "h1": "eva"}),
        (
            RULE.format('["h1"]', "ahus") + RULE.format('["platform=cisco_ios"]', "oslo"),
            {"": "eva", "h1": "eva", "h2": "ola"},
        ),
        (
            RULE.format('["platform=cisco_ios"]', "oslo") + RULE.format('["h1"]', "ahus"),
            {"": "ola", "h1": "ola", "h2": "ola"},
        ),
    ],
)
def test_the_first_rule_that_selects_a_device_gives_its_login(
    tmp_path: Path, settings: str, found: dict[str, str]
) -> None:
    root = make_project(tmp_path, {"h1": 22, "h2": 22}, settings=settings, file=COMMON + OWN + OSLO)
    shown = names(access_of(root))
    assert {host: login for host, login in shown.items() if host} == {
        host: login for host, login in found.items() if host
    }
    if len(found) < 3:
        assert shown[""] == "common"


def test_where_every_device_has_its_own_login_nobody_needs_a_common_one(tmp_path: Path) -> None:
    rule = RULE.format('["platform=cisco_ios"]', "ahus")
    root = make_project(tmp_path, {"h1": 22, "h2": 22}, settings=rule, file=OWN)
    assert set(names(access_of(root)).values()) == {"eva"}


def test_a_login_that_cannot_be_had_stops_before_anything_is_made(tmp_path: Path) -> None:
    rule = RULE.format('["h1"]', "nowhere")
    root = make_project(tmp_path, {"h1": 22}, settings=rule)
    with pytest.raises(CredentialsError, match="unknown login 'login/nowhere'"):
        collect_project(root, (), tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (RULE.format('["site=nowhere"]', "ahus"), "credentials.logins, login/ahus: no site"),
        ('[collect]\nlegacy_ssh = ["h*"]\n', "collect.legacy_ssh: no host 'h\\*'"),
        (RULE.format("[]", "ahus"), "credentials.logins.0.devices"),
        ('[credentials]\nsources = ["cloud"]\n', "credentials.sources.0"),
        ('[credentials]\nlogin = "a b"\n', "credentials.login"),
        ('[credentials.vault]\ntoken = "x"\n', "credentials.vault.token"),
    ],
)
def test_wrong_settings(tmp_path: Path, settings: str, message: str) -> None:
    root = make_project(tmp_path, {"h1": 22}, settings=settings, file=COMMON + OWN)
    with pytest.raises(ConfigError, match=message):
        access_of(root)


@contextmanager
def region(folder: Path, settings: str, **options: object) -> Iterator[tuple[Path, list[Peer]]]:
    """Two devices that take the peer's login only, and a project that has it for h2 alone."""
    with ExitStack() as stack:
        terminal = Terminal(outputs={"show version": "Cisco IOS Software, Version 15.2\n"})
        peers = [stack.enter_context(ssh_peer(terminal, **options)) for _ in range(2)]
        rule = RULE.format('["trust=t2"]', "peer")
        file = f'{COMMON}[secrets."login/peer"]\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
        root = make_project(
            folder, {f"h{n}": peer.port for n, peer in enumerate(peers, 1)},
            settings=settings + rule, file=file,
        )  # fmt: skip
        yield root, peers


def gather(root: Path, peers: list[Peer]) -> Collection:
    lines = [
        f"[{address}]:{peer.port} {peer.host_key}\n"
        for address, peer in zip(ADDRESSES, peers, strict=True)
    ]
    (root / "known_hosts").write_text("".join(lines))
    return collect_project(root, (), root / "snapshot")


@pytest.mark.parametrize("processes", [1, 2])
def test_each_device_sees_its_own_login_and_no_secret_is_left(
    processes: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("NETMOD_USER", "kari")
    with region(tmp_path, f"[collect]\nprocesses = {processes}\n") as (root, peers):
        done = gather(root, peers)
    assert [(one.host, one.failure) for one in done.statuses] == [
        ("h1", "authentication"),
        ("h2", ""),
    ]
    found = read_snapshot(root / "snapshot")
    assert found.collected_by is not None
    assert found.collected_by.claims == {"netmod": "kari"}
    kept = "".join(path.read_text() for path in (root / "snapshot").rglob("*") if path.is_file())
    for secret in (CANARY, PASSWORD):
        assert secret not in kept + caplog.text + repr(done)


def test_a_host_that_needs_what_is_no_longer_safe_says_so_in_its_facts(tmp_path: Path) -> None:
    settings = '[collect]\nlegacy_ssh = ["h2"]\n'
    with region(tmp_path, settings, kex_algs=["diffie-hellman-group14-sha1"]) as (root, peers):
        scan = scan_host_keys(root, ())
        assert [key.state for key in scan.keys] == ["failed", "new"]
        done = gather(root, peers)
    assert [one.failure for one in done.statuses] == ["key-exchange", ""]
    remark = "legacy-ssh: diffie-hellman-group14-sha1"
    assert done.statuses[1].remarks == (remark,)
    host = next(one for one in read_snapshot(root / "snapshot").hosts if one.host == "h2")
    assert remark in read_host(host, at=None).warnings
