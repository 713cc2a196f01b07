"""The JSON report is what its schema says, and stands by itself."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from report_runs import ROOT, Run, verify

SCHEMA = json.loads((ROOT / "fixtures/schema/report.schema.json").read_text(encoding="utf-8"))


def _report(run: Run) -> dict[str, Any]:
    return json.loads(run.text("report.json"))


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_reports_are_what_the_schema_says(name: str, request: pytest.FixtureRequest) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(_report(request.getfixturevalue(name)))


@pytest.mark.parametrize(
    ("member", "options"),
    [
        ("gate", ["--min-cases=100000", "--require-losses=all", "--max-tolerance-used=1%"]),
        ("answers", ["--shard=2/9"]),
        ("answers", ["--shard=2/9", "--dialect=keras-3.15/jax", "--command=exit 3"]),
    ],
)
def test_gates_and_shards_are_what_the_schema_says(
    member: str, options: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    report = _report(verify(tmp_path_factory.mktemp("run"), "--loss=huber", *options))
    assert member in report
    jsonschema.Draft202012Validator(SCHEMA).validate(report)


def test_named_mistakes_are_told_with_their_fixes(failing: Run) -> None:
    report = _report(failing)
    causes = [cause for diagnosis in report["diagnoses"] for cause in diagnosis["causes"]]
    named = {
        mistake
        for cause in causes
        for candidate in cause["candidates"] + [rival["candidate"] for rival in cause["rivals"]]
        for mistake in candidate.get("mistakes", [])
    }
    assert {"rescale_skipped", "sum_for_mean"} <= named
    assert {mistake["id"] for mistake in report["mistakes"]} == named


def test_a_case_in_detail_shows_what_the_candidate_answers(failing: Run) -> None:
    report = _report(failing)
    cases = {(case["dialect"], case["id"]): case for case in report["cases"]}
    for diagnosis in report["diagnoses"]:
        for cause in diagnosis["causes"]:
            own = [cases[diagnosis["dialect"], id] for id in cause["cases"]]
            detailed = [case["detail"] for case in own if "detail" in case]
            assert len(own) - len(detailed) == cause["cases_without_detail"]
            assert 0 < len(detailed) <= 20
            compared = 0
            for detail in detailed:
                for part in detail["parts"]:
                    if part["failed"] and "candidate" in part:
                        compared += 1
                        actual, candidate = part["actual"], part["candidate"]
                        assert actual["shape"] == candidate["shape"]
                        assert len(actual["values"]) == len(candidate["values"])
            assert compared > 0


def test_stages_are_shown_beside_kerass(failing: Run) -> None:
    departed = [
        case["detail"]
        for case in _report(failing)["cases"]
        if case.get("stage", {}).get("name") == "clipped" and "detail" in case
    ]
    assert departed
    for detail in departed:
        stages = {stage["name"]: stage for stage in detail["stages"]}
        assert stages["clipped"]["agrees"] is False
        assert stages["clipped"]["actual"]["values"] != stages["clipped"]["expected"]["values"]
        assert "agrees" not in stages["rescaled"], "the adapter has no such stage"
