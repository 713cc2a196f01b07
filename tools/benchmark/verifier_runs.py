"""Measuring whole processes, interleaved: what they take, at most keep in memory, and print."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

MEGABYTE = 1e6


@dataclass
class Run:
    """What one process took."""

    seconds: float
    processor_seconds: float
    """What all cores spent on it."""
    peak_bytes: int
    """The most memory that was resident."""
    output: str


def run(command: list[str | Path], status: int = 0) -> Run:
    """Runs a process to its end; raises where it ends with another status."""
    start = time.perf_counter()
    # The caller is small: a process begins with the peak of the one that started it.
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as stream:
        output = stream.read()
    _, ended, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode != status:
        raise RuntimeError(f"{command} ended with {process.returncode}: {output}")
    spent = usage.ru_utime + usage.ru_stime
    return Run(seconds, spent, usage.ru_maxrss * 1024, output)


@dataclass
class Sample:
    """What was measured of one competitor, once a round."""

    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    @property
    def least(self) -> float:
        """The shortest time, in seconds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The median time, in seconds."""
        return statistics.median(self.seconds)

    def add(self, run: Run) -> None:
        """Adds a run."""
        self.seconds.append(run.seconds)
        self.processor_seconds.append(run.processor_seconds)
        self.peak_bytes = max(self.peak_bytes, run.peak_bytes)


Competitor = Callable[[], Run]
"""Runs once."""


def whole(command: list[str | Path], expected: str, status: int = 0) -> Competitor:
    """A whole process, whose output must have a text in it."""

    def once() -> Run:
        found = run(command, status)
        if expected not in found.output:
            raise RuntimeError(f"{command} printed {found.output!r}, not {expected!r}")
        return found

    return once


def inside(command: list[str | Path]) -> Competitor:
    """A process that prints how many seconds its work took, without what came before."""

    def once() -> Run:
        found = run(command)
        return replace(found, seconds=float(found.output))

    return once


def interleaved(competitors: dict[str, Competitor], rounds: int) -> dict[str, Sample]:
    """Runs each competitor once a round, so that all of them meet the same machine."""
    samples = {name: Sample() for name in competitors}
    for _ in range(rounds):
        for name, once in competitors.items():
            samples[name].add(once())
    return samples
