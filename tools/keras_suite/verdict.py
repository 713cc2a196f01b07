"""What the record of Keras's tests says, with its losses and with ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Record = dict[str, dict[str, Any]]
"""By test: its outcome, and how often it called a loss."""


@dataclass(frozen=True)
class Verdict:
    """Keras's tests with our losses, held against the same tests with Keras's own."""

    text: str
    passed: bool


def verdict(theirs: Record, ours: Record) -> Verdict:
    """Passes where every test passes, or is skipped, with both; and calls ours if it calls theirs.

    Parameters:
        theirs: The record with Keras's losses.
        ours: The record with the losses of swift_losses.
    """
    problems = [problem for name in theirs for problem in _problems(name, theirs, ours)]
    reached = [name for name, test in ours.items() if test["calls"]]
    if not reached:
        problems.append("no test reached Swift")
    outcomes = [test["outcome"] for test in ours.values()]
    calling = sum(test["calls"] > 0 for test in theirs.values())
    lines = [
        f"{outcomes.count('passed')} passed, {outcomes.count('failed')} failed, "
        f"{outcomes.count('skipped')} skipped of {len(theirs)} tests",
        f"{len(reached)} test{'' if len(reached) == 1 else 's'} reached Swift, "
        f"in {sum(test['calls'] for test in ours.values())} calls; "
        f"{calling} {'calls' if calling == 1 else 'call'} a loss of Keras",
    ]
    return Verdict("\n".join(lines + problems), not problems)


def _problems(name: str, theirs: Record, ours: Record) -> list[str]:
    """What is wrong with a test."""
    expected = theirs[name]
    found = ours.get(name, {"outcome": "missing", "calls": 0})
    problems = []
    if found["outcome"] != expected["outcome"]:
        problems.append(f"{found['outcome']}, {expected['outcome']} with Keras's losses")
    elif found["outcome"] not in ("passed", "skipped"):
        problems.append(f"{found['outcome']} with either losses")
    if expected["calls"] and not found["calls"]:
        problems.append("did not reach Swift")
    return [f"{name}: {problem}" for problem in problems]
