"""The JUnit XML has the structure that Jenkins's xUnit plugin takes: junit-10."""

from __future__ import annotations

import json
from collections import Counter
from xml.etree import ElementTree

import pytest
from report_runs import Run, verify

GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {
            *("group", "time", "skipped", "timestamp", "hostname", "id", "package", "file"),
            *("log", "url"),
        },
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
}
"""Of each element the attributes that it must have, those that it may have, and its children."""


def _tree(run: Run) -> ElementTree.Element:
    return ElementTree.fromstring(run.path("junit.xml").read_bytes())


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_the_structure_is_the_common_one(name: str, request: pytest.FixtureRequest) -> None:
    root = _tree(request.getfixturevalue(name))
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = GRAMMAR[element.tag]
        assert required <= set(element.keys()) <= required | optional
        assert {child.tag for child in element} <= children


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_every_case_is_told_once(name: str, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(name)
    report = json.loads(run.text("report.json"))
    told = {}
    for test in _tree(run).iter("testcase"):
        kind = {child.tag for child in test}
        status = {frozenset(): "passed", frozenset({"skipped"}): "skipped"}.get(
            frozenset(kind), "failed"
        )
        told[test.get("classname"), test.get("name")] = status
    assert told == {
        (f"{case['dialect']}.{case['loss']}", case["id"]): case["status"]
        for case in report["cases"]
    }


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_the_counts_are_right(name: str, request: pytest.FixtureRequest) -> None:
    root = _tree(request.getfixturevalue(name))
    whole: Counter[str] = Counter()
    for suite in root:
        found = Counter(child.tag for test in suite.iter("testcase") for child in test)
        found["tests"] = len(suite.findall("testcase"))
        whole += found
        for attribute, tag in [
            ("tests", "tests"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ]:
            assert int(suite.get(attribute, "")) == found[tag]
    assert int(root.get("tests", "")) == whole["tests"]
    assert int(root.get("failures", "")) == whole["failure"]


def test_failures_name_their_causes(failing: Run) -> None:
    root = _tree(failing)
    messages = Counter(failure.get("message") for failure in root.iter("failure"))
    assert messages["explained: rescale skipped"] > 200
    assert messages["explained: sum for mean"] > 200
    for failure in root.iter("failure"):
        assert len(failure.get("message", "")) <= 120
        assert failure.text is not None
        assert failure.text.startswith("FAIL ")
        assert len(failure.text.encode()) <= 16 * 1024
    properties = {(test.get("name"), test.get("value")) for test in root.iter("property")}
    assert ("cause", "explained: rescale skipped (153 of 153 failing cases)") in properties
    assert {skipped.get("message") for skipped in root.iter("skipped")} == {"NumPy has no bfloat16"}


def test_a_broken_program_is_an_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    run = verify(
        tmp_path_factory.mktemp("broken"), "--case=huber.form.function.*", "--command", "exit 3"
    )
    root = _tree(run)
    errors = list(root.iter("error"))
    assert len(errors) == int(root.get("errors", "")) == int(root.get("tests", "")) > 0
    assert "exited with code 3" in errors[0].get("message", "")
    assert root.get("failures") == "0"
