"""What was measured, and what follows from it: medians, minima, ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .competitors import CALLER_MEMORY, COMPETITORS, STREAMING
from .workloads import Workload

KINDS = {one.name: one for one in COMPETITORS}


@dataclass(frozen=True)
class Figure:
    """A competitor on a workload: nanoseconds an element, or microseconds a call of a batch.

    `wrong_by` is the relative error where that is beyond the bounds.
    """

    competitor: str
    times: tuple[float, ...]
    wrong_by: float | None = None

    @property
    def median(self) -> float:
        """The median time."""
        return median(self.times)

    @property
    def least(self) -> float:
        """The minimum."""
        return min(self.times)


@dataclass(frozen=True)
class Cell:
    """A workload with some threads: everybody's figures, who does not compute it, who failed."""

    workload: Workload
    threads: int
    figures: tuple[Figure, ...]
    without: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its name in a sentence."""
        one = self.workload
        return f"{one.title} {one.shape}, {one.quantity}, {threads_text(self.threads)}"

    def figure(self, competitor: str) -> Figure | None:
        """The figure of a competitor."""
        return next((one for one in self.figures if one.competitor == competitor), None)

    @property
    def ours(self) -> Figure | None:
        """The library on memory of the caller."""
        return self.figure(CALLER_MEMORY.name)

    @property
    def streaming(self) -> Figure | None:
        """Streaming the same bytes."""
        return self.figure(STREAMING.name)

    @property
    def best_peer(self) -> Figure | None:
        """The fastest of the peers whose results are right, by the minimum."""
        peers = [
            one for one in self.figures if KINDS[one.competitor].is_peer and one.wrong_by is None
        ]
        return min(peers, key=lambda one: one.least, default=None)

    @property
    def ahead(self) -> tuple[float, float] | None:
        """How many times as long the best peer takes as ours: by minima, and by medians."""
        return _ratios(self.best_peer, self.ours)

    @property
    def above_streaming(self) -> tuple[float, float] | None:
        """How many times as long ours takes as streaming the bytes: by minima, and by medians."""
        return _ratios(self.ours, self.streaming)

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {
            "workload": asdict(self.workload),
            "threads": self.threads,
            "unit": unit(self.workload),
            "figures": [
                asdict(one) | {"median": one.median, "minimum": one.least} for one in self.figures
            ],
            "without": self.without,
            "failed": self.failed,
            "best_peer": self.best_peer.competitor if self.best_peer else None,
            "best_peer_by_ours": self.ahead,
            "ours_by_streaming": self.above_streaming,
        }

    @staticmethod
    def from_json(given: dict[str, Any]) -> Cell:
        """What `as_json` wrote, without what follows from it."""
        figures = [
            Figure(one["competitor"], tuple(one["times"]), one["wrong_by"])
            for one in given["figures"]
        ]
        return Cell(
            Workload(**given["workload"]),
            given["threads"],
            tuple(figures),
            given["without"],
            given["failed"],
        )


def figure(
    competitor: str, workload: Workload, nanoseconds: Sequence[float], wrong_by: float | None
) -> Figure:
    """A figure from the times of calls."""
    share = 1e3 if workload.is_batch else workload.elements
    return Figure(competitor, tuple(one / share for one in nanoseconds), wrong_by)


def unit(workload: Workload) -> str:
    """What times of a workload are given in."""
    return "microseconds a call" if workload.is_batch else "ns/element"


def threads_text(count: int) -> str:
    """So many threads, in words."""
    return f"{count} thread" + ("s" if count > 1 else "")


def wrong_text(figure: Figure) -> str:
    """How one says that results are wrong."""
    return f"wrong by {figure.wrong_by:.0e}"


def _ratios(a: Figure | None, b: Figure | None) -> tuple[float, float] | None:
    if a is None or b is None or a.wrong_by is not None or b.wrong_by is not None:
        return None
    return a.least / b.least, a.median / b.median
