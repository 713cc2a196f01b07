"""All that is generated of a case: what dialects answer, and mistakes in them, as JSON has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .alternatives import Alternatives, CaseAlternatives
from .answer import Answer, dtype_of
from .case import Case
from .dialect import DEFAULT, DIALECTS, Dialect
from .fixture_json import Line
from .golden import Golden
from .stages import Stages
from .tracked import UnstableError

LARGEST_GRADIENT = 4_096
"""Cases of more predictions than this have no golden gradient."""

LARGEST_DIAGNOSED = 64
"""Cases of more predictions than this have no answers of mistakes."""


@dataclass(frozen=True)
class CaseRecord:
    """What files say of a case beside its question; by dialect, all of it."""

    expected: dict[str, Any]
    """Goldens; of a dialect other than the default's where it answers otherwise than that one."""
    alternatives: dict[str, list[Line]] = field(default_factory=dict)
    """What mistakes answer; nothing of a large case."""
    met: dict[str, list[str]] = field(default_factory=dict)
    """The mistakes that the case meets."""
    stages: dict[str, list[Line]] = field(default_factory=dict)
    """The stages before the value, of the dtypes that have some."""
    arrays: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """The files of goldens that are too large for JSON, by name; of dialects that have some."""


def case_record(case: Case, alternatives: Alternatives, diagnosed: bool = True) -> CaseRecord:
    """What there is of a case; its goldens alone where it is not to be `diagnosed`.

    Raises `ValueError` where some dialect's answer has no finite tolerance.
    """
    of_case = alternatives.to(case)
    record = CaseRecord({})
    if diagnosed and case.y_pred.size <= LARGEST_DIAGNOSED:
        _diagnose(record, of_case)
    # Last: what a case meets is told by the gradients alone that mistakes ask for.
    goldens = {id: _goldens(it, of_case) for id, it in DIALECTS.items()}
    for id, it in goldens.items():
        if id == DEFAULT.id or it != _of_base(goldens[DEFAULT.id], DIALECTS[id]):
            large: dict[str, bytes] = {}
            record.expected[id] = expected_json(case, it, large)
            if large:
                record.arrays[id] = large
    return record


def _diagnose(record: CaseRecord, of_case: CaseAlternatives) -> None:
    for name, dialect in DIALECTS.items():
        record.alternatives[name] = of_case.lines(dialect)
    for name, dialect in DIALECTS.items():
        record.met[name] = of_case.met(dialect)
        if dtype_of(of_case.case) in ("float32", "float64"):
            record.stages[name] = stage_lines(of_case.stages(dialect))


def _goldens(dialect: Dialect, of_case: CaseAlternatives) -> dict[str, Golden | str]:
    """The goldens of value and gradient, or the code of an error."""
    case = of_case.case
    has_gradient = case.gradient and case.y_pred.size <= LARGEST_GRADIENT
    has_gradient = has_gradient and dialect.gradients == "computed"
    answers = of_case.answers
    exact = answers.with_gradient(dialect) if has_gradient else answers.value(dialect)
    try:
        if isinstance(exact, UnstableError):
            raise exact
        return expected_of(exact, case)
    except UnstableError as error:
        raise ValueError(f"{case.id} in {dialect.id}: {error}") from error


def _of_base(expected: dict[str, Golden | str], dialect: Dialect) -> dict[str, Golden | str]:
    """What a case of the base says of another dialect: nothing of gradients where it has none."""
    without = dialect.gradients == "none"
    return {part: it for part, it in expected.items() if not (without and part == "gradient")}


def expected_of(exact: Answer, case: Case) -> dict[str, Golden | str]:
    """What a case expects by an answer: goldens of value and gradient, or the code of an error.

    Raises `UnstableError` where there is no finite tolerance.
    """
    if exact.error:
        return {"error": exact.error}
    dtype = dtype_of(case)
    expected: dict[str, Golden | str] = {"value": Golden.of(exact.value, dtype)}
    if exact.gradient is not None:
        expected["gradient"] = Golden.of(exact.gradient, dtype, exact.edges)
    return expected


def expected_json(
    case: Case, expected: dict[str, Golden | str], large: dict[str, bytes]
) -> dict[str, Any]:
    """What a case expects as JSON has it; large arrays are added to `large` by name."""
    return {
        part: it if isinstance(it, str) else it.json(f"{case.id}.{part}", large)
        for part, it in expected.items()
    }


def stage_lines(stages: Stages) -> list[Line]:
    """Stages as JSON has them, each on one line."""
    return [Line({"name": name, **golden.compact()}) for name, golden in stages.items()]
