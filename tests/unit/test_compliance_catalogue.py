"""The catalogue: the one that ships, and every way in which one can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.compliance import LAYERS, Parameters, load_catalogue
from netmod.compliance.parameters import strictest
from netmod.errors import RequirementsError
from tests.unit import compliance_region as region

SHIPPED = Path(__file__).parents[2] / "compliance"

GOOD = """\
sources:
  law:
    name: A law
    reference: § 1
    mark: verified
    text: {nb: norsk, en: English}
requirements:
  backbone:
    title: {nb: tittel, en: title}
    text: {nb: tekst, en: text}
    sources: [law]
    scope: {layers: [stamnett]}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "requirements.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_catalogue_says_nothing_that_is_not_known() -> None:
    catalogue = load_catalogue(SHIPPED)
    order = catalogue.order
    assert (order.case_number, order.text, order.deadline, order.extended_to) == (None,) * 4
    assert catalogue.sources["order"].mark == "secondary"
    assert catalogue.sources["normen-5-3-5"].mark == "unverified"
    of_order = {name for name, one in catalogue.requirements.items() if one.of_order}
    assert of_order == {
        "order-stamnett", "order-dci", "order-c-locations", "order-inner-core", "order-storage",
    }  # fmt: skip
    assert {name for name in of_order if catalogue.requirements[name].partly} == {
        "order-inner-core", "order-storage",
    }  # fmt: skip
    for requirement in catalogue.requirements.values():
        assert requirement.title.nb != requirement.title.en
        assert set(requirement.scope.layers) <= set(LAYERS)


def test_a_short_catalogue_has_the_default_parameters(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path, GOOD))
    assert catalogue.parameters_of(catalogue.requirements["backbone"]) == Parameters()


WRONG = [
    ("sources: [law]", "sources: [law, lw]", 12, "source 'lw' is not defined"),
    ("sources: [law]", "sources: []", 11, "sources"),
    ("mark: verified", "mark: certain", 5, "mark"),
    ("layers: [stamnett]", "layers: [stammnett]", 12, "layers"),
    ("layers: [stamnett]", "layers: []", 12, "layers"),
    ("    sources: [law]", "    deadline: 2023-02-29\n    sources: [law]", 11, "not a date that exists"),
    ("    sources: [law]", "    deadline: 2022-07-01\n    sources: [law]", 11, "deadline_basis"),
    ("  backbone:", "  Backbone 1:", 8, "backbone 1"),
    ("requirements:", "parameters: {minimum_cipher: AES}\nrequirements:", 7, "minimum_cipher"),
    ("requirements:", "parameters: {forbidden_weaknesses: [M99]}\nrequirements:", 7, "forbidden"),
    ("requirements:", "order: {casenumber: 1}\nrequirements:", 7, "unknown key"),
    ("en: English}", "en: English}\n  spare: {name: A, reference: b, mark: verified, text: {nb: a, en: b}}", 7, "never used"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), WRONG)
def test_problems_name_file_line_and_cause(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    with pytest.raises(RequirementsError) as caught:
        load_catalogue(write(tmp_path, GOOD.replace(old, new, 1)), root=tmp_path)
    problems = caught.value.problems
    assert message in " ".join(str(problem) for problem in problems).lower()
    assert problems[0].file == "requirements.yaml"
    assert abs(problems[0].line - line) <= 1


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("mark: verified", "mark: certain").replace("[stamnett]", "[nowhere]")
    with pytest.raises(RequirementsError) as caught:
        load_catalogue(write(tmp_path, text))
    assert len(caught.value.problems) == 2


def test_a_missing_file_is_a_requirements_error(tmp_path: Path) -> None:
    with pytest.raises(RequirementsError, match="file not found"):
        load_catalogue(tmp_path)


def test_names_are_checked_against_the_inventory(tmp_path: Path) -> None:
    text = GOOD.replace("[stamnett]", "[stamnett], trusts: [ous, oos]")
    link = region.link("l-1", region.end("n1", 1), region.end("s1", 1), requirement="nowhere")
    with pytest.raises(RequirementsError) as caught:
        load_catalogue(write(tmp_path, text), inventory=region.inventory(link))
    messages = [problem.message for problem in caught.value.problems]
    assert any("trust 'oos'" in message for message in messages)
    assert any("link l-1 names requirement 'nowhere'" in message for message in messages)


def test_a_link_is_in_scope_by_layer_trust_class_or_its_own_word() -> None:
    catalogue = region.catalogue(
        layer=region.requirement("stamnett"),
        trust=region.requirement("stamnett", scope={"trusts": ["vvhf"]}),
        small=region.requirement("stamnett", scope={"site_classes": ["C"]}),
        named=region.requirement("storage"),
    )
    north, south, _, small = region.SITES
    plain = region.link("l-1", region.end("n1", 1), region.end("s1", 1))
    assert catalogue.in_scope(plain, (north, south)) == ("layer",)
    assert catalogue.in_scope(plain, (north, small)) == ("layer", "trust", "small")
    named = plain.model_copy(update={"requirement": "named"})
    assert catalogue.in_scope(named, (north, south)) == ("layer", "named")


def test_the_strictest_parameters_accept_only_what_all_accept() -> None:
    lax = Parameters(
        minimum_cipher="GCM-AES-128", enforcement="any", forbidden_weaknesses=("M06",),
        warning_days=1, max_skew=9000,
    )  # fmt: skip
    timed = Parameters(
        minimum_cipher=None, max_sak_rekey=3600, forbidden_weaknesses=("M07",), warning_days=60
    )
    both = strictest([lax, timed])
    assert both.minimum_cipher == "GCM-AES-128"
    assert both.enforcement == "must-secure"
    assert both.max_sak_rekey == 3600
    assert both.forbidden == lax.forbidden | timed.forbidden
    assert (both.warning_days, both.max_skew) == (60, 3600)
    assert strictest([]) == Parameters()
