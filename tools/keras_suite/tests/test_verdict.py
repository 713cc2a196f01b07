"""The verdict over small records."""

from __future__ import annotations

import pytest

from keras_suite.verdict import Record, verdict

THEIRS: Record = {
    "loss_test.py::Huber::test_value": {"outcome": "passed", "calls": 2},
    "loss_test.py::Huber::test_config": {"outcome": "passed", "calls": 0},
    "loss_test.py::Huber::test_torch": {"outcome": "skipped", "calls": 0},
}
VALUE, CONFIG, TORCH = THEIRS


def test_tests_that_pass_and_reach_swift_pass() -> None:
    found = verdict(THEIRS, THEIRS)
    assert found.passed
    assert found.text == (
        "2 passed, 0 failed, 1 skipped of 3 tests\n"
        "1 test reached Swift, in 2 calls; 1 calls a loss of Keras"
    )


@pytest.mark.parametrize(
    ("test", "change", "problem"),
    [
        (VALUE, {"outcome": "failed"}, f"{VALUE}: failed, passed with Keras's losses"),
        (CONFIG, {"outcome": "failed"}, f"{CONFIG}: failed, passed with Keras's losses"),
        (VALUE, {"outcome": "skipped"}, f"{VALUE}: skipped, passed with Keras's losses"),
        (VALUE, {"calls": 0}, f"{VALUE}: did not reach Swift\nno test reached Swift"),
    ],
)
def test_a_test_that_fails_or_stays_away_fails(
    test: str, change: dict[str, object], problem: str
) -> None:
    found = verdict(THEIRS, THEIRS | {test: THEIRS[test] | change})
    assert not found.passed
    assert found.text.endswith(problem)


def test_a_missing_test_fails() -> None:
    ours = {name: test for name, test in THEIRS.items() if name != CONFIG}
    found = verdict(THEIRS, ours)
    assert not found.passed
    assert found.text.endswith(f"{CONFIG}: missing, passed with Keras's losses")


def test_tests_that_fail_anyway_fail() -> None:
    broken = THEIRS | {CONFIG: {"outcome": "failed", "calls": 0}}
    found = verdict(broken, broken)
    assert not found.passed
    assert found.text.endswith(f"{CONFIG}: failed with either losses")


def test_no_tests_fail() -> None:
    assert not verdict({}, {}).passed
