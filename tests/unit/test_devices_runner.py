"""The runner by itself, with tasks that touch no network."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from netmod.devices import StreamingRunner

WAIT = 60  # seconds until a deadlock becomes a failure


def run(
    task: Callable[[Task], Any], sites: dict[str, str | None], runner: StreamingRunner
) -> AggregatedResult:
    hosts = Hosts(
        {name: Host(name, data={"site": site} if site else {}) for name, site in sites.items()}
    )
    return Nornir(Inventory(hosts, Groups(), Defaults()), runner=runner).run(task)


def test_it_serves_as_any_runner_of_nornir() -> None:
    done = run(lambda task: task.host.name.upper(), {"a": "s", "b": None}, StreamingRunner())
    assert {name: result[0].result for name, result in done.items()} == {"a": "A", "b": "B"}
    assert not done.failed


def test_a_task_that_raises_fails_its_host_alone() -> None:
    def task(task: Task) -> str:
        if task.host.name == "b":
            raise ZeroDivisionError
        return "fine"

    done = run(task, {"a": "s", "b": "s", "c": "s"}, StreamingRunner(2))
    assert list(done.failed_hosts) == ["b"]


def test_a_thread_that_ends_still_lets_its_host_land() -> None:
    def task(task: Task) -> str:
        raise SystemExit

    def threads_end(_: Any) -> None: ...

    original, threading.excepthook = threading.excepthook, threads_end
    try:
        done = run(task, {"a": "s"}, StreamingRunner(1))
    finally:
        threading.excepthook = original
    assert list(done) == ["a"]
    assert list(done["a"]) == []


def test_results_arrive_in_the_callers_thread_while_others_still_run() -> None:
    """`slow` ends only when the result of `quick` was handed over: nothing is held back."""
    quick_arrived = threading.Event()
    seen: list[str] = []

    def task(task: Task) -> str:
        if task.host.name == "slow":
            assert quick_arrived.wait(WAIT)
        return task.host.name

    def on_result(host: Host, result: MultiResult) -> None:
        assert threading.current_thread() is threading.main_thread()
        seen.append(host.name)
        quick_arrived.set()

    done = run(task, {"slow": "s", "quick": "s"}, StreamingRunner(2, on_result=on_result))
    assert seen == ["quick", "slow"]
    assert not done.failed


def test_what_the_receiver_drops_is_not_kept() -> None:
    def on_result(host: Host, result: MultiResult) -> None:
        result[:] = [Result(host, result="small")]

    runner = StreamingRunner(2, on_result=on_result)
    done = run(lambda _: "x" * 1000, {"a": "s", "b": "s"}, runner)
    assert [result[0].result for result in done.values()] == ["small", "small"]


@pytest.mark.parametrize(("workers", "per_site"), [(8, 2), (3, 8), (1, 1), (8, 1)])
def test_neither_limit_is_passed_and_both_are_used(workers: int, per_site: int) -> None:
    lock, running, most = threading.Lock(), Counter[str](), Counter[str]()
    expected = min(workers, 2 * per_site)
    full = threading.Barrier(expected)

    def task(task: Task) -> None:
        site = str(task.host["site"])
        with lock:
            for key in (site, "all"):
                running[key] += 1
                most[key] = max(most[key], running[key])
        full.wait(WAIT)  # passes only if as many run at once as the limits allow
        with lock:
            running[site] -= 1
            running["all"] -= 1

    sites: dict[str, str | None] = {f"h{n}": f"site-{n % 2}" for n in range(4 * expected)}
    done = run(task, sites, StreamingRunner(workers, per_site))
    assert not done.failed
    assert most["all"] == expected
    assert max(most["site-0"], most["site-1"]) <= per_site


def test_the_longest_queue_starts_first() -> None:
    order: list[str] = []
    sites: dict[str, str | None] = {"small": "s", **{f"big{n}": "b" for n in range(3)}}
    run(lambda task: order.append(task.host.name), sites, StreamingRunner(1))
    assert order[:2] == ["big0", "big1"]


def test_an_error_of_the_receiver_ends_the_run() -> None:
    stopped, other_started = threading.Event(), threading.Event()
    started: list[str] = []

    def task(task: Task) -> None:
        started.append(task.host.name)
        if task.host.name != "a":
            other_started.set()
            assert stopped.wait(WAIT)

    def on_result(host: Host, result: MultiResult) -> None:
        assert other_started.wait(WAIT)
        raise OSError("disk full")

    runner = StreamingRunner(2, on_result=on_result, on_stop=stopped.set)
    with pytest.raises(OSError, match="disk full"):
        run(task, dict.fromkeys("abcdef", "s"), runner)
    assert stopped.is_set()
    assert set(started) == {"a", "b"}


def test_an_interrupt_lets_running_hosts_finish_and_starts_no_other() -> None:
    interrupted = threading.Event()
    seen: list[str] = []

    def task(task: Task) -> str:
        if task.host.name == "b":
            assert interrupted.wait(WAIT)
        return "done"

    def on_result(host: Host, result: MultiResult) -> None:
        seen.append(host.name)
        if host.name == "a":
            interrupted.set()
            raise KeyboardInterrupt

    runner = StreamingRunner(2, on_result=on_result, grace=WAIT)
    with pytest.raises(KeyboardInterrupt):
        run(task, dict.fromkeys("abcdef", "s"), runner)
    assert seen == ["a", "b"]


def test_another_thread_may_interrupt_as_ctrl_c_does() -> None:
    """`a` is busy when somebody interrupts; it lands, and `b` never starts."""
    seen: list[str] = []

    def task(task: Task) -> None:
        runner.interrupt()
        assert interrupted.wait(WAIT)

    interrupted = threading.Event()
    runner = StreamingRunner(
        1,
        on_result=lambda host, _: seen.append(host.name),
        on_interrupt=interrupted.set,
        grace=WAIT,
    )
    with pytest.raises(KeyboardInterrupt):
        run(task, dict.fromkeys("ab", "s"), runner)
    assert seen == ["a"]


def test_an_interrupt_before_the_run_lets_nothing_start() -> None:
    runner = StreamingRunner(1)
    runner.interrupt()
    with pytest.raises(KeyboardInterrupt):
        run(lambda _: pytest.fail("it started"), {"a": "s"}, runner)


def test_after_the_grace_running_hosts_are_ended() -> None:
    stopped = threading.Event()

    def task(task: Task) -> None:
        if task.host.name != "a":
            assert stopped.wait(WAIT)

    def on_result(host: Host, result: MultiResult) -> None:
        raise KeyboardInterrupt

    runner = StreamingRunner(2, on_result=on_result, on_stop=stopped.set, grace=0.01)
    with pytest.raises(KeyboardInterrupt):
        run(task, {"a": "s", "b": "s"}, runner)
    assert stopped.is_set()
