"""Measuring whole processes, interleaved: what they take, at most keep in memory, and print."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1e6


@dataclass
class Run:
    """What one process took."""

    seconds: float
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
    return Run(seconds, usage.ru_maxrss * 1024, output)


@dataclass
class Sample:
    """What was measured of one competitor, once a round."""

    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    @property
    def least(self) -> float:
        """The shortest time, in seconds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The median time, in seconds."""
        return statistics.median(self.seconds)

    def milliseconds(self) -> str:
        """The shortest and the median time as cells of a table."""
        return f"{self.least * 1e3:>10.2f}{self.median * 1e3:>10.2f}"


Competitor = Callable[[], tuple[float, int]]
"""Runs once, and says how many seconds it took and how many bytes it kept at most."""


def whole(command: list[str | Path], expected: str, status: int = 0) -> Competitor:
    """A whole process, whose output must have a text in it."""

    def once() -> tuple[float, int]:
        found = run(command, status)
        if expected not in found.output:
            raise RuntimeError(f"{command} printed {found.output!r}, not {expected!r}")
        return found.seconds, found.peak_bytes

    return once


def inside(command: list[str | Path]) -> Competitor:
    """A process that prints how many seconds its work took, without what came before."""

    def once() -> tuple[float, int]:
        found = run(command)
        return float(found.output), found.peak_bytes

    return once


def interleaved(competitors: dict[str, Competitor], rounds: int) -> dict[str, Sample]:
    """Runs each competitor once a round, so that all of them meet the same machine."""
    samples = {name: Sample() for name in competitors}
    for _ in range(rounds):
        for name, once in competitors.items():
            seconds, peak = once()
            samples[name].seconds.append(seconds)
            samples[name].peak_bytes = max(samples[name].peak_bytes, peak)
    return samples
