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
    """Passes where all tests pass that pass with Keras's losses, and call ours as they call those.

    Parameters:
        theirs: The record with Keras's losses.
        ours: The record with the losses of swift_losses.
    """
    outcomes = [test["outcome"] for test in ours.values()]
    calling = [name for name, test in theirs.items() if test["calls"]]
    reached = [name for name, test in ours.items() if test["calls"]]
    problems = [
        f"{name}: {ours.get(name, {'outcome': 'missing'})['outcome']}, "
        f"{test['outcome']} with Keras's losses"
        for name, test in theirs.items()
        if ours.get(name, {"outcome": "missing"})["outcome"] != test["outcome"]
    ]
    problems += [
        f"{name}: {test['outcome']} with either losses"
        for name, test in theirs.items()
        if test["outcome"] not in ("passed", "skipped") and name in ours
    ]
    problems += [f"{name}: did not reach Swift" for name in calling if name not in reached]
    if not reached:
        problems.append("no test reached Swift")
    lines = [
        f"{outcomes.count('passed')} passed, {outcomes.count('failed')} failed, "
        f"{outcomes.count('skipped')} skipped of {len(ours)} tests",
        f"{len(reached)} tests reached Swift, in {sum(t['calls'] for t in ours.values())} calls; "
        f"{len(calling)} call a loss of Keras",
    ]
    return Verdict("\n".join(lines + problems), not problems)
