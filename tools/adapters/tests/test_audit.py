"""The audit's verdict over small reports."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import audit
import pytest

TORCH = "keras-3.15/torch"


def elements(failed: bool = False, used: float | str = 0.25) -> dict[str, Any]:
    element = {"index": [1], "actual": 2.0, "expected": 1.0, "tolerance_used": used}
    found = {"count": 3, "mismatched": int(failed), "worst": [element] if failed else []}
    if not failed:
        found["worst_passing"] = element
    return {"kind": "elements", "failed": failed, "elements": found}


def case(id: str, dialect: str = TORCH, status: str = "passed", **parts: Any) -> dict[str, Any]:
    return {"id": id, "loss": id.split(".")[0], "dialect": dialect, "status": status, **parts}


def explanation(case: str, part: str = "value", dialect: str = TORCH) -> audit.Explanation:
    return audit.Explanation(dialect, case, part, "because")


AGREEING = case("huber.a", value=elements(), gradient=elements(used=0.5))
BAD_VALUE = case("huber.b", status="failed", value=elements(True, 3.0), gradient=elements())
BAD_GRADIENT = case(
    "hinge.kink", status="failed", value=elements(), gradient=elements(True, "Infinity")
)
REFUSED = case(
    "ctc.x", status="failed", mismatch={"kind": "refused", "actual": "unknown", "message": "Oops"}
)


def test_agreeing_cases_pass_with_their_worst_elements() -> None:
    result = audit.audit(TORCH, [AGREEING, case("huber.c", value=elements(used=0.3))], [])
    assert result.passed
    total = result.totals["huber"]
    assert (total.cases, total.agreed) == (2, 2)
    assert total.worst == {"value": 0.3, "gradient": 0.5}


def test_a_disagreement_without_an_explanation_fails() -> None:
    result = audit.audit(TORCH, [AGREEING, BAD_VALUE], [])
    assert not result.passed
    assert [(d.case, d.part) for d in result.unexplained] == [("huber.b", "value")]
    assert result.totals["huber"].unexplained == 1
    # The worst of a case that disagrees counts for nothing.
    assert result.totals["huber"].worst == {"value": 0.25, "gradient": 0.5}
    text = audit.text(result)
    assert (
        "huber.b: value: 1 of 3 elements; at [1] 2.0, expected 1.0, 3 times the tolerance" in text
    )


def test_an_explanation_is_for_its_part_and_its_dialect() -> None:
    for wrong in (
        explanation("hinge.*"),
        explanation("hinge.*", "gradient", "keras-3.15/jax"),
        explanation("hing", "gradient"),
    ):
        assert not audit.audit(TORCH, [AGREEING, BAD_GRADIENT], [wrong]).passed
    result = audit.audit(TORCH, [AGREEING, BAD_GRADIENT], [explanation("hinge.*", "gradient")])
    assert result.passed
    assert result.totals["hinge"].explained == 1
    assert "1 of 1 gradients, hinge.*: because" in audit.text(result)


def test_a_case_is_explained_where_all_its_parts_are() -> None:
    both = case("huber.d", status="failed", value=elements(True), gradient=elements(True))
    value, gradient = explanation("huber.d"), explanation("huber.*", "gradient")
    assert audit.audit(TORCH, [AGREEING, both], [value, gradient]).passed
    result = audit.audit(TORCH, [AGREEING, both], [value])
    assert result.totals["huber"].unexplained == 1
    assert [d.part for d in result.unexplained] == ["gradient"]


def test_an_explanation_that_no_case_needs_fails() -> None:
    first, second = explanation("huber.b"), explanation("*")
    result = audit.audit(TORCH, [AGREEING, BAD_VALUE], [first, second])
    assert not result.passed
    assert result.unneeded == [second]
    assert "EXPLANATIONS THAT NO CASE NEEDS:\n  *: value: because" in audit.text(result)
    # Those of another dialect are not this audit's.
    assert audit.audit(
        "keras-3.15/jax", [{**AGREEING, "dialect": "keras-3.15/jax"}], [first]
    ).passed


def test_a_wide_pattern_shows_how_many_cases_it_does_not_explain() -> None:
    result = audit.audit(TORCH, [AGREEING, BAD_VALUE], [explanation("huber.*")])
    assert "1 of 2 values, huber.*: because" in audit.text(result)


def test_an_answer_as_a_whole_counts_as_its_value() -> None:
    result = audit.audit(TORCH, [AGREEING, REFUSED], [])
    assert [(d.part, d.what) for d in result.unexplained] == [("value", "refused unknown Oops")]
    assert audit.audit(TORCH, [AGREEING, REFUSED], [explanation("ctc.*")]).passed
    accepted = case(
        "ctc.y", status="failed", mismatch={"kind": "accepted", "expected": "shape_mismatch"}
    )
    (disagreement,) = audit.disagreements(accepted)
    assert disagreement.what == "accepted, expected the error shape_mismatch"


def test_gradients_that_are_not_answered_are_counted_or_fail() -> None:
    left_out = {"kind": "unanswered", "failed": False}
    result = audit.audit(TORCH, [case("huber.e", value=elements(), gradient=left_out)], [])
    assert result.passed
    assert result.totals["huber"].unanswered == 1
    assert "unanswered" in audit.text(result).splitlines()[0]
    owed = case("huber.e", status="failed", value=elements(), gradient={**left_out, "failed": True})
    result = audit.audit(TORCH, [AGREEING, owed], [])
    assert [(d.part, d.what) for d in result.unexplained] == [("gradient", "not answered")]


def test_skipped_cases_prove_nothing() -> None:
    result = audit.audit(TORCH, [case("huber.f", status="skipped", unsupported="why")], [])
    assert not result.passed
    assert result.totals["huber"].skipped == 1


def test_the_table_has_a_row_for_each_loss_and_their_sum() -> None:
    lines = audit.table(audit.audit(TORCH, [AGREEING, BAD_VALUE, BAD_GRADIENT, REFUSED], []))
    assert lines[0].split() == (
        f"{TORCH} cases agreed explained unexplained worst value worst gradient".split()
    )
    assert [line.split()[:5] for line in lines[1:]] == [
        ["huber", "2", "1", "0", "1"],
        ["hinge", "1", "0", "0", "1"],
        ["ctc", "1", "0", "0", "1"],
        ["all", "4", "1", "0", "3"],
    ]
    assert lines[1].endswith("25 %            50 %")
    assert len({len(line) for line in lines}) == 1


def test_explanations_need_a_part_and_a_reason() -> None:
    with pytest.raises(ValueError, match="part"):
        explanation("*", "losses")
    with pytest.raises(ValueError, match="reason"):
        audit.Explanation(TORCH, "*", "value", " ")


def test_the_committed_explanations_are_read() -> None:
    for entry in json.loads(audit.EXPLAINED.read_text()):
        audit.Explanation(**entry)


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    explained, report = tmp_path / "explained.json", tmp_path / "report.json"

    def run(explanations: list[Any], cases: list[Any], schema: str = audit.REPORT_SCHEMA) -> int:
        explained.write_text(json.dumps(explanations))
        use = {"histogram": [{"below": 0.25, "count": 2}, {"below": 0.5, "count": 2}]}
        totals = [{"dialect": TORCH, "tolerance_use": use}]
        report.write_text(json.dumps({"schema": schema, "cases": cases, "totals": totals}))
        monkeypatch.setattr(sys, "argv", ["audit", "--explained", str(explained), str(report)])
        return audit.main()

    reason = {"dialect": TORCH, "case": "huber.b", "part": "value", "reason": "because"}
    jax = {**AGREEING, "dialect": "keras-3.15/jax"}
    assert run([reason], [AGREEING, BAD_VALUE, jax]) == 0
    printed = capsys.readouterr().out.splitlines()
    headings = [line.split()[0] for line in printed if "cases" in line]
    assert headings == [TORCH, "keras-3.15/jax"]
    used = [line for line in printed if "median" in line]
    assert used == [
        "error / allowed of 4 elements that differ: median 25 %, 99 % of them up to 50 %"
    ]
    assert run([], [AGREEING, BAD_VALUE]) == 1
    assert run([reason], [AGREEING]) == 1
    assert run([], []) == 1
    with pytest.raises(ValueError, match="report/1"):
        run([], [AGREEING], "loss-parity/report/1")


def test_the_schema_is_that_of_the_verifier() -> None:
    schemas = Path(__file__).resolve().parents[3] / "fixtures/schema"
    schema = json.loads((schemas / "report.schema.json").read_bytes())
    assert schema["properties"]["schema"]["const"] == audit.REPORT_SCHEMA
