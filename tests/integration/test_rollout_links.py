"""Link encryption over SSH, NETCONF and eAPI: planned, carried out by the engine, taken back.

The lab looks at every line that a session types: its log shows whoever was cut off for a moment.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from netmod.compliance import Parameters
from netmod.credentials import Login, Secret, fill_in
from netmod.evidence import read_snapshot
from netmod.intent import render
from netmod.inventory import Inventory, Link, load_inventory
from netmod.jobs.change import Way
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.demo import LOOPBACK
from netmod.jobs.link_plans import sight
from netmod.jobs.rollout_looks import collector
from netmod.lab import Lab, ManualClock
from netmod.rollout.execute import Execution, Means
from netmod.rollout.journal import Journal, Record
from netmod.rollout.link_ground import LINK_GATES, Ground, LinkPlan
from netmod.rollout.link_paths import Paths
from netmod.rollout.links import encryption_units
from netmod.rollout.model import Plan, Wave
from netmod.rollout.runbook import Runbook
from netmod.rollout.standing import Rollout
from netmod.rollout.watch import Watch
from netmod.settings import open_project
from tests.integration.change_bed import means, target
from tests.integration.test_rollout_lab import LabClock
from tests.unit.lab_pair import NOON
from tests.unit.rollout_bed import plan as plan_for

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]
ROOT = Path(__file__).parents[2]
FEW = ("ic-ull-p1-pe1",)
"""IOS-XE with IOS-XR."""
ALL = (*FEW, "ic-dca-drm-1", "sn-gjo-dca-1", "ic-drm-ton-1", "ic-ton-ski-1", "dci-1", "dci-2")
"""Beside it IOS-XR and IOS-XE with themselves, IOS-XR with Junos, Junos with itself, a bundle of
NX-OS, and EOS."""


OF_A_LINK = (
    "key chain ", "key ", "key-string", "key-octet", "mka pre-shared", "macsec psk", "macsec keychain",
    "macsec-policy SS", "macsec policy SS", "mac security", "profile", "connectivity-association",
)  # fmt: skip
"""What a link's encryption puts into a config, but for the policy that links share."""


def resolve(name: str) -> Secret:
    return Secret(hashlib.sha256(name.encode()).hexdigest())


class Region:
    """A lab of the ends of some links of the sample, which run in clear."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        whole = load_inventory(ROOT / "inventory")
        self.folder, self.clock = folder, ManualClock(NOON)
        self.inventory = dataclasses.replace(whole, links={one: whole.links[one] for one in names})
        self.links = list(self.inventory.links.values())
        self.names = sorted({end.device for link in self.links for end in link.managed_ends})
        self.devices = [self.inventory.devices[name] for name in self.names]
        self.lab = Lab(self.inventory, self._configs(whole), clock=self.clock)
        self.blocked: set[str] = set()
        self.doubts: list[str] = []

    def _configs(self, whole: Inventory) -> dict[str, str]:
        """What the devices run before: the standard without MACsec."""
        bare = {
            name: link.model_copy(update={"encryption": None}) for name, link in whole.links.items()
        }
        clear = dataclasses.replace(whole, links=bare)
        texts = render(clear, ROOT / "templates", self.devices)
        return {one.host: fill_in(one.text, resolve).reveal() for one in texts}

    @property
    def access(self) -> Access:
        known_hosts = self.folder / "known_hosts"
        known_hosts.write_text(self.lab.known_hosts)
        login = Login(self.lab.login.username, Secret(self.lab.login.password))
        endpoints = {name: (one.address, one.port) for name, one in self.lab.endpoints.items()}
        return Access(login, known_hosts, LOOPBACK, endpoints)

    def plan(self, name: str) -> LinkPlan:
        """A plan for all links from a snapshot of now."""
        folder = self.folder / f"{name}.captured"
        collected = collect_to(folder, self.devices, self.access, clock=self.clock.now)
        assert not collected.failed
        runbook = Runbook.model_validate(
            {
                "about": "Encrypt these links.",
                "links": {"ids": [link.id for link in self.links]},
                "change": {"kind": "link-encryption"},
            }
        )
        project, now = open_project(ROOT, start=ROOT), self.clock.now()
        seen = sight(
            project, self.inventory, runbook, self.devices, read_snapshot(folder), now, lab=True
        )
        ground = Ground(
            plan=name,
            inventory=self.inventory,
            intended=seen.intended,
            relaxed=seen.relaxed,
            running=seen.running,
            seen=seen.seen,
            stored=seen.stored,
            paths=Paths(self.inventory, (), date(2026, 6, 15)),
            now=now,
            out_of_band=self.names,
            soak=5,
        )
        return encryption_units(ground, self.links)

    def carry_out(self, name: str, made: LinkPlan, ask: str = "") -> Rollout:
        """Start the plan, or ask for something and go on with it, until it rests."""
        gates = {key: gate.model_dump(mode="json") for key, gate in LINK_GATES.items()}
        wanted: Plan = plan_for({"all": list(made.units)}, id=name).model_copy(
            update={"gates": gates, "limits": {"at_once": 8, "per_site": 8}}
        )
        reached = means(self.lab, self.folder)
        watch = Watch(
            inventory=self.inventory,
            gates=LINK_GATES,
            bounds={link.id: Parameters() for link in self.links},
            collect=collector(self.inventory, self.access, self.clock.now),
            check=lambda document, moment: (),
            now=self.clock.now,
            wait=lambda seconds: self.clock.advance(timedelta(seconds=seconds)),
            folder=self.folder / "before",
        )
        how = Means(
            ways={one: Way(target(self.lab, one), reached) for one in self.names},
            text=lambda digest: made.texts[digest],
            resolve=resolve,
            looks=watch,
            clock=LabClock(self.clock),
            folder=self.folder / name,
            owner="olav",
            told=self._told,
        )
        with Journal(self.folder / "journal.db") as journal:
            execution = Execution(wanted, journal, how)
            execution.take_over({"by": "olav"})
            if ask:
                execution.ask(ask, {})
            return execution.run()

    def _told(self, record: Record, rollout: Rollout) -> None:
        del rollout
        if record.act == "seen" and record.payload["outcome"] != "pass":
            self.doubts.append(f"{record.subject}: {record.payload['results']}")
        self.blocked |= {
            f"{record.act} {record.subject}: {name}"
            for name, passes in self.traffic().items()
            if passes == {"blocked"}
        }

    def traffic(self) -> dict[str, set[str]]:
        """What passes each link, as each port sees it."""
        fabric = self.lab.fabric
        found: dict[str, set[str]] = {}
        for wire in fabric.wires:
            states = [fabric.port(self.lab.devices[end[0]], end[1]) for end in wire.ends if end]
            known = found.setdefault(wire.link, set())
            known |= {state.traffic if state else "none" for state in states}
        return found

    def configs(self) -> dict[str, set[str]]:
        """The lines that run, shared policies apart."""
        found = {}
        for name in self.names:
            lines = self.lab.devices[name].running.render(block_end=False)
            found[name] = {line.strip() for line in lines if line.strip()}
        return found


def cases() -> Iterator[object]:
    yield pytest.param(FEW, id="few")
    yield pytest.param(ALL, id="all", marks=pytest.mark.soak)


@pytest.fixture(params=list(cases()))
def region(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Region]:
    made = Region(request.param, tmp_path)
    with made.lab:
        yield made


def secured(links: Sequence[Link], passes: str) -> dict[str, set[str]]:
    return {link.id: {passes} for link in links}


def test_links_are_encrypted_and_taken_back_and_nobody_is_cut_off(region: Region) -> None:
    assert region.lab.rejected == {}
    before = region.configs()
    assert region.traffic() == secured(region.links, "clear")
    made = region.plan("one")
    assert made.excluded == ()
    assert len(made.units) == len(region.links)

    done = region.carry_out("one", made)
    states = {name: (one.state, one.cause) for name, one in done.units.items()}
    wanted = ("succeeded", dict.fromkeys(states, ("passed", "")))
    assert (done.state, states) == wanted, region.doubts[-2:]
    assert region.traffic() == secured(region.links, "encrypted")
    again = region.plan("again")
    left = [again.texts[one.text] for unit in again.units for one in unit.stages[0].changes]
    assert ([one.reason for one in again.excluded], left) == (
        ["as-intended"] * len(region.links),
        [],
    )

    back = region.carry_out("one", made, ask="roll-back")
    assert back.state == "rolled-back", {n: (u.state, u.cause) for n, u in back.units.items()}
    assert region.traffic() == secured(region.links, "clear")
    for name, lines in region.configs().items():
        assert before[name] <= lines
        assert not [one for one in lines - before[name] if one.startswith(OF_A_LINK)]

    assert region.blocked == set()
    assert region.lab.reachability.log == []
    assert isinstance(done.plan.waves[0], Wave)
