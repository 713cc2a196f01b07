"""Taking turns: in every round each competitor computes, and all meet the same machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .worker import Worker, WorkerFailure
from .workloads import Workload

Times = dict[str, list[float]]


@dataclass(frozen=True)
class Pace:
    """How often and for how long everybody computes; times in nanoseconds.

    In a round a competitor computes for about `turn`, at least once. Who takes more than `most` in
    all stops after `fewest` rounds.
    """

    rounds: int = 8
    turn: float = 15e6
    most: float = 7e8
    fewest: int = 3


def take_turns(
    workers: Sequence[Worker], workload: Workload, pace: Pace
) -> tuple[Times, dict[str, str]]:
    """Nanoseconds a call of each competitor by its name, and why others have none."""
    times: Times = {one.competitor.name: [] for one in workers}
    spent = dict.fromkeys(times, 0.0)
    failures: dict[str, str] = {}
    for number in range(pace.rounds):
        # Nobody is always first, or always behind the same one.
        start = number % len(workers) if workers else 0
        for worker in [*workers[start:], *workers[:start]]:
            name = worker.competitor.name
            is_slow = number >= pace.fewest and spent[name] > pace.most
            if name in failures or is_slow:
                continue
            try:
                taken = turn(worker, workload, pace, times[name])
            except WorkerFailure as failure:
                failures[name] = str(failure)
                del times[name]
                continue
            times[name] += taken
            spent[name] += sum(taken)
    return times, failures


def turn(worker: Worker, workload: Workload, pace: Pace, before: Sequence[float]) -> list[float]:
    """The times of a turn; the first call warms up, others had the caches."""
    first = worker.times(1, 1)[0]
    usual = min([first, *before])
    if workload.is_batch:
        # So short that the clock would count: many calls make a sample.
        return worker.times(5, max(1, min(5_000, int(pace.turn / 5 / usual))))
    if usual > pace.turn * 4:
        # What takes so long finds nothing in the caches in any case.
        return [first]
    return worker.times(max(1, min(50, int(pace.turn / usual))), 1)
