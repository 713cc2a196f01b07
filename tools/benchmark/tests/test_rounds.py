"""Who computes when, and how often."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from loss_benchmark.rounds import Pace, take_turns
from loss_benchmark.worker import WorkerFailure
from loss_benchmark.workloads import Workload

WORKLOAD = Workload("mean_squared_error", False, 100, 100)


class Clockwork:
    """A worker whose calls take a time that is known."""

    def __init__(self, name: str, nanoseconds: float, log: list[str], fails: bool = False) -> None:
        self.competitor = SimpleNamespace(name=name)
        self.nanoseconds = nanoseconds
        self.log = log
        self.fails = fails

    def times(self, samples: int, calls: int) -> list[float]:
        self.log.append(self.competitor.name)
        if self.fails:
            raise WorkerFailure("its process ended with -11")
        return [self.nanoseconds] * samples


def turns(*workers: Any, pace: Pace, workload: Workload = WORKLOAD) -> tuple[Any, Any, list[str]]:
    log = workers[0].log
    times, failures = take_turns(workers, workload, pace)
    order = [name for i, name in enumerate(log) if i == 0 or log[i - 1] != name]
    return times, failures, order


def test_everybody_computes_in_every_round_and_nobody_is_always_first() -> None:
    log: list[str] = []
    workers = [Clockwork(name, 1e6, log) for name in "abc"]
    _, _, order = turns(*workers, pace=Pace(rounds=3, turn=5e6))
    assert "".join(order) == "abcbcacab"


def test_a_turn_has_as_many_calls_as_fit() -> None:
    log: list[str] = []
    fast, slow = Clockwork("fast", 1e6, log), Clockwork("slow", 1e8, log)
    times, _, _ = turns(fast, slow, pace=Pace(rounds=2, turn=5e6))
    assert len(times["fast"]) == 10
    # Its one call is measured at once.
    assert len(times["slow"]) == 2


def test_who_takes_long_has_fewer_rounds_but_some() -> None:
    log: list[str] = []
    fast, slow = Clockwork("fast", 4e6, log), Clockwork("slow", 4e8, log)
    times, _, _ = turns(fast, slow, pace=Pace(rounds=9, turn=5e6, most=5e8, fewest=3))
    assert len(times["fast"]) == 9
    assert len(times["slow"]) == 3


def test_who_fails_is_left_out_and_said() -> None:
    log: list[str] = []
    good, bad = Clockwork("good", 1e6, log), Clockwork("bad", 1e6, log, fails=True)
    times, failures, _ = turns(bad, good, pace=Pace(rounds=3))
    assert failures == {"bad": "its process ended with -11"}
    assert list(times) == ["good"]
    assert log.count("bad") == 1


def test_calls_of_a_batch_are_measured_together() -> None:
    log: list[str] = []
    batch = Workload("mean_squared_error", False, 32, 10)
    times, _, _ = turns(Clockwork("a", 200, log), pace=Pace(rounds=2), workload=batch)
    assert len(times["a"]) == 10
