"""Plans on disk: `.netmod/rollouts/<id>/` with the plan, its texts and its approvals.

Only the owner may read them. What is read back is what was written: the plan by its hash, each text
by the name of its file. A plan is written as a whole or not at all, and never again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from netmod.errors import RolloutError
from netmod.rollout.model import Plan
from netmod.rollout.planning import texts_of

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
_PLAN, _TEXTS, _APPROVALS = "plan.json", "texts", "approvals"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that was read back, and where it lies."""

    folder: Path
    plan: Plan
    hash: str
    """The plan's own, computed once."""

    def text(self, digest: str) -> str:
        """A text of the plan. Raises `RolloutError` where it is not what was written."""
        path = self.folder / _TEXTS / digest
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _damaged(path, error.strerror or "cannot be read") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(path, "is not the text that was planned")
        return content.decode()

    @property
    def approvals(self) -> Path:
        """The folder of its approvals."""
        return self.folder / _APPROVALS


def save_plan(folder: Path, plan: Plan, texts: Mapping[str, str]) -> StoredPlan:
    """Write a plan below `folder`. Raises `RolloutError` where it exists or cannot be written."""
    place = folder / plan.id
    making = folder / f".{plan.id}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (making, making / _TEXTS, making / _APPROVALS):
            path.mkdir(mode=0o700)
        for digest, text in texts.items():
            _write(making / _TEXTS / digest, text)
        values = {"hash": plan.hash, "plan": plan.model_dump(mode="json")}
        _write(making / _PLAN, json.dumps(values, indent=1, ensure_ascii=False) + "\n")
        if place.exists():
            raise FileExistsError(17, "exists already")
        making.rename(place)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        reason = error.strerror or "cannot be written"
        raise RolloutError(
            f"{place}: {reason}", hint="see that the disk has room and the folder is yours",
            code="unwritable",
        ) from None  # fmt: skip
    return load_plan(folder, plan.id)


def load_plan(folder: Path, name: str) -> StoredPlan:
    """The plan of that id, or whose id alone begins or ends with `name`.

    Raises `RolloutError` where there is none, and where it or a text is not what was written.
    """
    place = folder / _found(folder, name)
    path = place / _PLAN
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        plan = Plan.model_validate(values["plan"])
        written = values["hash"]
    except OSError as error:
        raise _damaged(path, error.strerror or "cannot be read") from None
    except (ValueError, KeyError, TypeError, ValidationError):
        raise _damaged(path, "is no plan of this version of netmod") from None
    if plan.hash != written or plan.id != place.name:
        raise _damaged(path, "is not the plan that was written")
    stored = StoredPlan(place, plan, plan.hash)
    for digest in texts_of(unit for wave in plan.waves for unit in wave.units):
        stored.text(digest)
    return stored


def plan_ids(folder: Path) -> list[str]:
    """The ids of the plans below `folder`, the newest first."""
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if (path / _PLAN).is_file())
    return sorted((name for name in names if _ID.fullmatch(name)), reverse=True)


def _found(folder: Path, name: str) -> str:
    known = plan_ids(folder)
    if name in known:
        return name
    near = [one for one in known if name and (one.startswith(name) or one.endswith(name))]
    if len(near) == 1:
        return near[0]
    if near:
        hint = "name more of it: " + ", ".join(near[:5])
        raise RolloutError(f"{name!r} means several plans", hint=hint, code="unknown-plan")
    hint = "plans are " + ", ".join(known[:5]) if known else "make one: netmod rollout plan RUNBOOK"
    raise RolloutError(f"there is no plan {name!r}", hint=hint, code="unknown-plan")


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(text.encode())


def _damaged(path: Path, what: str) -> RolloutError:
    return RolloutError(
        f"{path} {what}", hint="make the plan again, and have it approved again", code="damaged"
    )
