"""The database of runs: what was found when, what changed, and since when it has been so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from netmod.compliance import Assessment
from netmod.drift import DriftReport
from netmod.errors import HistoryError
from netmod.evidence import Capture
from netmod.history import captures as store
from netmod.history import pruning, tables
from netmod.history import transitions as pure
from netmod.history._engine import open_engine, writing
from netmod.history.model import Key, Kind, Pruned, Run, RunStatus, Standing, Timeline, Transition

_T, _S, _R = tables.transitions, tables.standing, tables.runs
_OF_KEY = (
    _S.c.kind == bindparam("the_kind"),
    _S.c.subject == bindparam("the_subject"),
    _S.c.item == bindparam("the_item"),
)


class History:
    """An open history; a context manager. Several processes may have it open.

    Each method is one transaction: after a kill, either all of it is there or nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The history in the SQLite file at `path`, made or migrated where it has to be.

        Raises `HistoryError` where it is damaged or newer, `OutputError` where it cannot be made.
        """
        return cls(open_engine(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def begin(self, run: Run) -> None:
        """Note that a run has started. The same run again, after a kill, changes nothing."""
        with self._writer.begin() as connection:
            if _run(connection, run.id) is None:
                connection.execute(insert(_R), run.model_dump(mode="python"))

    def finish(self, run: str, status: RunStatus, *, at: datetime) -> None:
        """Note how a run ended. Raises `HistoryError` where nothing is known of it."""
        with self._writer.begin() as connection:
            _known_run(connection, run)
            values = {"status": status, "finished_at": at}
            connection.execute(update(_R).where(_R.c.id == run).values(values))

    def record(
        self,
        run: str,
        *,
        at: datetime,
        drift: DriftReport | None = None,
        assessment: Assessment | None = None,
        devices: Collection[str] | None = None,
    ) -> tuple[Transition, ...]:
        """Record what a run found, seen at `at`; all that it changed, in the order of recording.

        `devices` are all that the inventory has: what stood of others is withdrawn. Recording the
        same again changes nothing, so that a run that was killed can be done once more.

        Raises `HistoryError` with code `out-of-order` where a run that saw the devices later is
        recorded already: old evidence must not end what newer evidence opened.
        """
        with self._writer.begin() as connection:
            known = _known_run(connection, run)
            _check_order(connection, run, at)
            before = _standing(connection, _kinds(drift, assessment))
            observed = [
                *(pure.of_drift(drift) if drift else ()),
                *(pure.of_assessment(assessment) if assessment else ()),
            ]
            ends: dict[Key, str] = {}
            if drift:
                ends.update(pure.ends_of_drift(before.values(), drift, devices))
            if assessment:
                ends.update(pure.ends_of_assessment(before.values(), assessment))
            found = pure.changes(before, observed, ends, run=run, at=at)
            _store(connection, found, before, run, at)
            counts = {**known.figures, **pure.figures(drift, assessment)}
            values = {"figures": counts, "observed_at": max(at, known.observed_at or at)}
            connection.execute(update(_R).where(_R.c.id == run).values(values))
            return _transitions(connection, _T.c.run == run)

    def runs(self, limit: int | None = None) -> tuple[Run, ...]:
        """The runs, newest first."""
        order = select(_R).order_by(_R.c.started_at.desc(), _R.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return tuple(_as_run(row) for row in connection.execute(order).mappings())

    def of_run(self, run: str) -> tuple[Transition, ...]:
        """Everything that a run changed. Raises `HistoryError` where nothing is known of it."""
        with self._engine.connect() as connection:
            _known_run(connection, run)
            return _transitions(connection, _T.c.run == run)

    def of_device(self, name: str) -> Timeline:
        """A device over time, with its drifts. Raises `HistoryError` where nothing is known."""
        return self._timeline(name, ("device", "drift"))

    def of_link(self, name: str) -> Timeline:
        """A link's verdicts over time. Raises `HistoryError` where nothing is known of it."""
        return self._timeline(name, ("link",))

    def of_requirement(self, name: str) -> Timeline:
        """A requirement's outcomes over time. Raises `HistoryError` where nothing is known."""
        return self._timeline(name, ("requirement",))

    def states_at(self, kind: Kind, moment: datetime) -> dict[str, Transition]:
        """The state of every subject of a kind at a time, by name; `withdrawn` ones too.

        Of what has its only transition pruned nothing is known.
        """
        with self._engine.connect() as connection:
            found = _transitions(connection, _T.c.kind == kind, _T.c.at <= moment)
        return {one.subject: one for one in found}

    def standing(self, kind: Kind) -> tuple[Standing, ...]:
        """What stands now of every subject of a kind."""
        with self._engine.connect() as connection:
            return tuple(_standing(connection, (kind,)).values())

    def open_items(self) -> tuple[Standing, ...]:
        """The drifts that are open, accepted ones too, the oldest first."""
        with self._engine.connect() as connection:
            drifts = _standing(connection, ("drift",)).values()
        return tuple(sorted(drifts, key=lambda one: (one.opened_at, one.subject, one.item)))

    def keep_captures(self, run: str, captures: Iterable[Capture]) -> int:
        """Store what devices said, redacted; how many contents were new.

        In several transactions: after a kill, the same call again adds what is missing.
        Raises `HistoryError` where nothing is known of the run.
        """
        with self._engine.connect() as connection:
            _known_run(connection, run)
        return store.keep(self._writer, run, captures)

    def captures(self, run: str, host: str) -> tuple[Capture, ...]:
        """What a host said in a run; empty where nothing is kept (any more).

        Raises `HistoryError` with code `damaged` where a content is not what was stored.
        """
        return tuple(store.read(self._engine, run, host))

    def prune(self, *, before: datetime, captures_before: datetime) -> Pruned:
        """Take away transitions and runs, and captures, that are older; never what still stands."""
        with self._writer.begin() as connection:
            return pruning.prune(connection, before=before, captures_before=captures_before)

    def _timeline(self, subject: str, kinds: Sequence[Kind]) -> Timeline:
        with self._engine.connect() as connection:
            standing = _standing(connection, kinds, subject)
            of_subject = (_T.c.kind.in_(kinds), _T.c.subject == subject)
            changed = _transitions(connection, *of_subject)
        if not standing and not changed:
            raise HistoryError(
                f"nothing is recorded of {subject!r}",
                hint="check the name; a run has to record it first",
                code="unknown",
            )
        return Timeline(subject, tuple(standing.values()), changed)


def _kinds(drift: DriftReport | None, assessment: Assessment | None) -> tuple[Kind, ...]:
    kinds: tuple[Kind, ...] = ("device", "drift") if drift else ()
    return (*kinds, "link", "requirement") if assessment else kinds


def _run(connection: Connection, run: str) -> Run | None:
    row = connection.execute(select(_R).where(_R.c.id == run)).mappings().first()
    return _as_run(row) if row else None


def _known_run(connection: Connection, run: str) -> Run:
    known = _run(connection, run)
    if known is None:
        raise HistoryError(
            f"no run {run!r}", hint="`netmod history runs` lists them", code="unknown"
        )
    return known


def _as_run(row: RowMapping) -> Run:
    return Run.model_validate(dict(row))


def _check_order(connection: Connection, run: str, at: datetime) -> None:
    later = select(_R.c.id).where(_R.c.id != run, _R.c.observed_at > at).limit(1)
    found = connection.execute(later).scalar()
    if found is not None:
        raise HistoryError(
            f"the run {found} saw the devices later and is recorded already",
            hint="record snapshots in the order in which they were captured",
            code="out-of-order",
        )


def _standing(
    connection: Connection, kinds: Sequence[Kind], subject: str | None = None
) -> dict[Key, Standing]:
    query = select(_S).where(_S.c.kind.in_(kinds)).order_by(_S.c.kind, _S.c.subject, _S.c.item)
    if subject is not None:
        query = query.where(_S.c.subject == subject)
    rows = connection.execute(query).mappings()
    return {
        (row["kind"], row["subject"], row["item"]): Standing.model_construct(**row) for row in rows
    }


def _transitions(connection: Connection, *where: Any) -> tuple[Transition, ...]:
    query = select(_T).where(*where).order_by(_T.c.id)
    rows = connection.execute(query).mappings()
    return tuple(
        Transition.model_construct(**{name: row[name] for name in Transition.model_fields})
        for row in rows
    )


def _store(
    connection: Connection,
    found: pure.Changes,
    before: Mapping[Key, Standing],
    run: str,
    at: datetime,
) -> None:
    if found.transitions:
        connection.execute(insert(_T), [one.model_dump() for one in found.transitions])
    replaced = [key for one in found.entered if (key := _key_of(one)) in before]
    if gone := _parameters((*found.ended, *replaced)):
        connection.execute(delete(_S).where(*_OF_KEY), gone)
    if found.entered:
        connection.execute(insert(_S), [one.model_dump() for one in found.entered])
    if same := _parameters(found.same):
        seen = update(_S).where(*_OF_KEY).values(last_seen=at, last_run=run)
        connection.execute(seen, same)


def _key_of(one: Standing) -> Key:
    return one.kind, one.subject, one.item


def _parameters(keys: Iterable[Key]) -> list[dict[str, str]]:
    names = ("the_kind", "the_subject", "the_item")
    return [dict(zip(names, key, strict=True)) for key in keys]
