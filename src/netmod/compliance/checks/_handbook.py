"""Documentation and a sample of all checks, made from their docstrings."""

from __future__ import annotations

from collections.abc import Iterator

from netmod.compliance.checks._registry import BUILT_IN, Checks


def as_markdown(checks: Checks = BUILT_IN) -> str:
    """Every check as docs/requirements.md shows it."""
    return "\n".join(_lines(checks))


def _lines(checks: Checks) -> Iterator[str]:
    for name, check in checks.items():
        text = check.documentation
        yield f"### `{name}`\n"
        yield f"{text.purpose} Subject: a {check.kind}.\n"
        yield f"- *pass*: {text.passes}"
        yield f"- *fail*: {text.fails}"
        yield f"- *not-applicable*: {text.not_applicable}"
        yield f"- *unknown*: {text.unknown}"
        if check.waits_for:
            yield f"- waits for facts: {', '.join(check.waits_for)}"
        yield f"\n```yaml\n{text.example}\n```\n"


def sample(checks: Checks = BUILT_IN) -> str:
    """A list of all checks with the inputs of their examples, as YAML."""
    return "".join(f"{check.documentation.example}\n" for check in checks.values())
