"""From what a night found to what people read and what Prometheus scrapes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from netmod.history import Transition
from netmod.reports import NightReport, message, prometheus
from netmod.reports.night import Asked, LayerFigure, News, Stage, count_results, dead_sites, news

AT = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)
CALM = NightReport(
    run="20261128T010000Z-aa",
    scope="all",
    finished_at=AT,
    last_complete=AT,
    first=False,
    stages=(Stage("collect", 41.5), Stage("drift", 2.0)),
    results={"collected": 9, "unreachable": 0, "deadline": 0, "error": 1},
    devices={"clean": 9, "drift": 0, "unknown": 1},
    drifts={"critical": 0, "high": 0, "medium": 0, "low": 0},
    accepted=0,
    layers=(LayerFigure("dci", {"encrypted": 3, "unencrypted": 1, "unknown": 0}),),
    requirements={"pass": 1, "fail": 0, "unknown": 0, "not-applicable": 0},
    dead_sites=(),
    rejected=(),
    news=News(),
)


def change(kind: str, subject: str, before: str, after: str, /, **details: Any) -> Transition:
    return Transition(
        run="r", at=AT, kind=kind, subject=subject, before=before, after=after, details=details
    )


TRANSITIONS = [
    change("drift", "sw1", "", "open", severity="critical", kind="config", section=["line vty 0"]),
    change("drift", "sw2", "accepted", "open", severity="low", kind="config"),
    change("drift", "sw3", "open", "fixed", severity="high", kind="cabling", section=["Eth1/1"]),
    change("drift", "sw4", "", "accepted", severity="high", kind="config"),
    change("drift", "sw5", "open", "withdrawn", severity="high", kind="config"),
    change("device", "sw6", "clean", "unknown"),
    change("device", "sw7", "unknown", "clean"),
    change("device", "sw8", "", "clean"),
    change("link", "dci-1", "encrypted", "unencrypted"),
    change("link", "dci-2", "weak", "encrypted"),
    change("link", "dci-3", "", "unknown"),
    change("link", "dci-4", "", "encrypted"),
    change("link", "dci-5", "encrypted", "withdrawn"),
    change("requirement", "R1", "pass", "fail"),
]


def test_only_what_changed_is_news() -> None:
    assert news(TRANSITIONS, first=False) == News(
        drifts=(("sw1", "critical", "config / line vty 0"), ("sw2", "low", "config")),
        drifts_fixed=(("sw3", "high", "cabling / Eth1/1"),),
        links=(
            ("dci-1", "encrypted", "unencrypted"),
            ("dci-2", "weak", "encrypted"),
            ("dci-3", "", "unknown"),
        ),
        requirements=(("R1", "pass", "fail"),),
        lost=("sw6",),
        found=("sw7",),
    )


def test_of_a_first_run_only_drifts_are_news() -> None:
    found = news(TRANSITIONS, first=True)
    assert found.drifts
    assert replace(found, drifts=(), drifts_fixed=()) == News()


def test_a_night_in_which_nothing_changed_says_nothing() -> None:
    assert message.message(CALM, "en") is None
    assert message.message(replace(CALM, first=True), "en") is not None
    assert message.message(replace(CALM, rejected=("sw1 (cut)",)), "en") is not None


CHANGED = replace(
    CALM,
    news=news(TRANSITIONS, first=False),
    devices={"clean": 4, "drift": 2, "unknown": 4},
    dead_sites=(("gjovik", 4),),
)


def test_the_text_in_english() -> None:
    told = message.message(CHANGED, "en")
    assert told is not None
    assert told.title == "netmod: 6 new, 3 fixed"
    assert told.body.splitlines() == [
        "New drift (2)",
        "- sw1: critical, config / line vty 0",
        "- sw2: low, config",
        "",
        "Fixed (1)",
        "- sw3: cabling / Eth1/1",
        "",
        "Links (3)",
        "- dci-1: encrypted → unencrypted",
        "- dci-2: weak → encrypted",
        "- dci-3: new → unknown",
        "",
        "Requirements (1)",
        "- R1: pass → fail",
        "",
        "No longer known (1)",
        "- sw6",
        "",
        "Known again (1)",
        "- sw7",
        "",
        "Sites that could not be reached (1)",
        "- gjovik: 4 devices",
        "",
        "10 devices: 4 clean, 2 with drift, 4 unknown",
        "3 of 4 links in scope encrypted, 0 unknown",
        "Run 20261128T010000Z-aa (all)",
    ]


def test_the_text_in_norwegian() -> None:
    told = message.message(CHANGED, "nb")
    assert told is not None
    assert told.title == "netmod: 6 nye, 3 rettet"
    for line in (
        "- sw1: kritisk, config / line vty 0",
        "- dci-1: kryptert → ikke kryptert",
        "- dci-3: ny → ukjent",
        "10 enheter: 4 uten avvik, 2 med avvik, 4 ukjent",
    ):
        assert line in told.body.splitlines()


def test_a_failed_stage_is_told_first() -> None:
    failed = replace(CALM, stages=(Stage("collect", 1.0, "no login"), *CALM.stages[1:]))
    told = message.message(failed, "en")
    assert told is not None
    assert "not complete" in told.title
    assert told.body.startswith("Stage collect failed: no login\n")


def test_a_long_list_is_cut_and_says_so() -> None:
    many = tuple((f"sw{number:03}", "high", "config") for number in range(500))
    told = message.message(replace(CALM, news=News(drifts=many)), "en")
    assert told is not None
    assert "… and 485 more" in told.body
    assert len(told.body) < 1500


@pytest.mark.parametrize(("language", "word"), [("en", "ever"), ("nb", "noen gang")])
def test_the_dead_mans_switch_says_since_when(language: Any, word: str) -> None:
    assert "2026-11-28 02:30 UTC" in message.late("all", AT, 26, language).title
    assert word in message.late("all", None, 26, language).title
    assert "26" in message.late("all", None, 26, language).body


def samples(report: NightReport) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    found = {}
    for family in text_string_to_metric_families(prometheus.text(report)):
        assert family.type == "gauge"
        assert family.documentation
        assert family.samples, family.name
        for sample in family.samples:
            key = sample.name, tuple(sorted(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def test_prometheus_reads_the_metrics() -> None:
    got = samples(replace(CHANGED, scope='site="a\\b"'))
    scope = ("scope", 'site="a\\b"')

    def value(name: str, *labels: tuple[str, str]) -> float:
        return got[f"netmod_{name}", tuple(sorted((scope, *labels)))]

    assert value("nightly_last_complete_timestamp_seconds") == AT.timestamp()
    assert value("nightly_stage_duration_seconds", ("stage", "collect")) == 41.5
    assert value("collected_devices", ("result", "error")) == 1
    assert value("devices", ("status", "unknown")) == 4
    assert value("links", ("layer", "dci"), ("verdict", "unknown")) == 0
    assert value("links_in_scope", ("layer", "dci")) == 4
    assert value("unreachable_sites") == 1
    assert value("unreachable_site_devices", ("site", "gjovik")) == 4


def test_unknown_and_error_are_there_when_they_are_zero() -> None:
    got = {name for name, _ in samples(replace(CALM, dead_sites=(("x", 1),)))}
    zero = replace(CALM, results=count_results([]), devices=dict.fromkeys(CALM.devices, 0))
    text = prometheus.text(zero)
    for line in (
        'netmod_devices{scope="all",status="unknown"} 0',
        'netmod_collected_devices{scope="all",result="error"} 0',
        'netmod_drift_items{scope="all",severity="critical"} 0',
        'netmod_requirements{scope="all",outcome="unknown"} 0',
        'netmod_unreachable_sites{scope="all"} 0',
    ):
        assert line in text.splitlines()
    assert len(got) == 15


def test_an_incomplete_run_keeps_the_time_of_the_last_complete_one() -> None:
    older = datetime(2026, 11, 27, tzinfo=UTC)
    failed = replace(CALM, last_complete=older, stages=(Stage("drift", 0.0, "no"),))
    got = samples(replace(failed, dead_sites=(("x", 1),)))
    scope = (("scope", "all"),)
    assert got["netmod_nightly_last_complete_timestamp_seconds", scope] == older.timestamp()
    assert got["netmod_nightly_complete", scope] == 0


def test_each_scope_has_its_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    prometheus.write(CALM, tmp_path)
    prometheus.write(CALM, tmp_path)
    prometheus.write(replace(CALM, scope="site=ahus role=p"), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["netmod_nightly.prom", "netmod_nightly_site_ahus_role_p.prom"]
    assert (tmp_path / names[0]).stat().st_mode & 0o777 == 0o644


def test_a_site_is_dead_where_nobody_could_be_reached() -> None:
    asked = [
        Asked("a1", "a", "unreachable"),
        Asked("a2", "a", "site-unreachable"),
        Asked("b1", "b", "unreachable"),
        Asked("b2", "b", "authentication"),
        Asked("c1", "c", "deadline"),
        Asked("d1", "d"),
    ]
    assert dead_sites(asked) == (("a", 2),)
    assert count_results(asked) == {"collected": 1, "unreachable": 3, "deadline": 1, "error": 1}
