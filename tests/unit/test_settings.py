"""`netmod.toml`, the environment, and where the project is."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.errors import ConfigError
from netmod.settings import find_root, open_project


def project(tmp_path: Path, text: str = "") -> Path:
    (tmp_path / "netmod.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_nearest_project_upward(tmp_path: Path) -> None:
    inner = project(tmp_path) / "inventory" / "lan"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path


def test_no_project_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_project(tmp_path, start=tmp_path, environ={})
    assert "--project" in caught.value.hint


def test_environment_wins_over_file(tmp_path: Path) -> None:
    root = project(tmp_path, "[collect]\nworkers = 7\nsessions_per_site = 3\n")
    settings = open_project(root, start=root, environ={"NETMOD_COLLECT_WORKERS": "9"}).settings
    assert (settings.collect.workers, settings.collect.sessions_per_site) == (9, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[collect]\nworkers = 0\n", "collect.workers"),
        ("[collect]\nworkres = 1\n", "collect.workres"),
        ("[collect\n", "not valid TOML"),
        ("collect = 3\n", "collect"),
    ],
)
def test_bad_settings_name_the_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_project(project(tmp_path, text), start=tmp_path, environ={})


def test_a_language_that_is_not_written_says_which_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"reports\.language") as caught:
        open_project(project(tmp_path, '[reports]\nlanguage = "no"\n'), start=tmp_path, environ={})
    assert "Norwegian is nb" in caught.value.hint
