"""The grammar of Junos configurations: braces, `set` statements, groups, comments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.platforms.junos._tree import parse


def paths(text: str, *base: str) -> set[str]:
    root = parse(text.splitlines(), base=base).root
    return {" ".join(path) for path, node in root.walk() if not node.children}


CASES = {
    "braces": ("a {\n  b c;\n  d;\n}", {"a b c", "a d"}),
    "set": ("set a b c\nset a d", {"a b c", "a d"}),
    "list in braces": ("a {\n  b [ x y ];\n}", {"a b x", "a b y"}),
    "list in set": ("set a b [ x y ]", {"a b x", "a b y"}),
    "inactive block": ("a {\n  inactive: b {\n    c;\n  }\n  d;\n}", {"a d"}),
    "inactive statement": ("a {\n  inactive: b c;\n  d;\n}", {"a d"}),
    "deactivated": ("set a b c\nset a d\ndeactivate a b", {"a d"}),
    "deleted": ("set a b c\nset a d\ndelete a b c", {"a b", "a d"}),
    "marks": ("a {\n  replace: b c;\n  protect: d;\n}", {"a b c", "a d"}),
    "quoted braces": ('a {\n  b "x { y; }";\n  c;\n}', {"a b x { y; }", "a c"}),
    "comments": ("## top\na {\n  # mid {\n  b c; ## SECRET-DATA\n  /* one { */\n}", {"a b c"}),
    "comment over lines": ("a {\n  /* one {\n     two */\n  b;\n}", {"a b"}),
    "comment in a line": ("a {\n  /* one { */ b;\n}", {"a b"}),
    "one line": ("a { b { c d; } }", {"a b c d"}),
    "words without end": ("a b", set()),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_paths(text: str, expected: set[str]) -> None:
    assert paths(text) == expected


def test_part_of_the_hierarchy_has_its_path() -> None:
    assert paths("b c;", "a") == {"a b c"}


def test_lines_are_those_of_the_words() -> None:
    root = parse(["a {", "  b {", "    c d;", "  }", "}"]).root
    node = root.at("a", "b", "c", "d")
    assert node is not None
    assert node.index == 2


def test_the_placeholder_of_a_secret_is_no_pattern() -> None:
    text = """
    groups { G { snmp { community <community-1> { authorization read-write; } } } }
    apply-groups G;
    """
    root = parse(text.splitlines()).root
    assert root.at("snmp", "community", "<community-1>", "authorization", "read-write")


def test_groups_are_inherited_behind_what_is_in_place() -> None:
    text = """
    groups { G { system { host-name other; services { ssh; } } ports { <ge-*> { mtu 9000; } } } }
    apply-groups G;
    system { host-name own; }
    ports { ge-0/0/0 { unit; } xe-0/0/0 { unit; } }
    """
    root = parse(text.splitlines()).root
    assert root.value("system", "host-name") == "own"
    assert root.at("system", "services", "ssh") is not None
    assert root.value("ports", "ge-0/0/0", "mtu") == "9000"
    assert root.at("ports", "xe-0/0/0", "mtu") is None


def test_groups_apply_where_they_are_named() -> None:
    text = "groups { G { a { b { c; } } } }\na { b { apply-groups G; } }"
    assert parse(text.splitlines()).root.at("a", "b", "c") is not None


@pytest.mark.parametrize("text", ["a {", "a {\n b;\n}\n}", "a {\n b"])
def test_unbalanced_is_known(text: str) -> None:
    assert not parse(text.splitlines()).balanced


@given(st.lists(st.text(alphabet='ab{};[]"#/* \\:<>$', max_size=30), max_size=20))
def test_no_text_fails(lines: list[str]) -> None:
    parse(lines)


def test_groups_that_apply_each_other_end() -> None:
    text = "groups { G { <*> { apply-groups G; <*> { x; } } } }\napply-groups G;\na { b { c; } }"
    assert parse(text.splitlines()).root.at("a", "b", "c") is not None


def test_deep_nesting_ends() -> None:
    lines = ["a {"] * 5000 + ["}"] * 5000
    assert parse(lines).balanced
