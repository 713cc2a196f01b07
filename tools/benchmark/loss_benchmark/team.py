"""The workers of a number of threads, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from .competitors import Competitor
from .machine import available_cpus
from .peers.peer import Unsupported
from .worker import Worker, WorkerFailure


class Team:
    """A worker for each competitor; one that ended is started anew for the next workload."""

    def __init__(
        self, competitors: Sequence[Competitor], binary: Path, threads: int, dtype: str
    ) -> None:
        self.competitors = competitors
        self.binary = binary
        self.threads = threads
        self.dtype = dtype
        self.workers: dict[str, Worker] = {}
        self.versions: dict[str, str] = {}

    def __enter__(self) -> Team:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers.values():
            worker.end()

    def begin(self, folder: Path) -> None:
        """Tells everybody to prepare the workload in a folder: they compile side by side."""
        for place, competitor in enumerate(self.competitors):
            worker = self.workers.get(competitor.name)
            if worker is None or not worker.is_alive:
                worker = self._started(place, competitor)
            try:
                worker.tell("prepare", folder)
            except WorkerFailure:
                # `ready` hears of it as well.
                continue

    def ready(self) -> tuple[list[Worker], dict[str, str], dict[str, str]]:
        """Those who are ready, and by name why others do not compute the workload, or failed."""
        found: list[Worker] = []
        without: dict[str, str] = {}
        failed: dict[str, str] = {}
        for name, worker in self.workers.items():
            try:
                worker.answer()
                found.append(worker)
                if name not in self.versions:
                    worker.tell("version")
                    self.versions[name] = worker.answer()
            except Unsupported as reason:
                without[name] = str(reason)
            except WorkerFailure as reason:
                failed[name] = str(reason)
        return found, without, failed

    def _started(self, place: int, competitor: Competitor) -> Worker:
        cpus = available_cpus()
        # Only one computes at a time, but all compile at once: they are on all CPUs.
        first = place * self.threads % len(cpus)
        chosen = {cpus[(first + k) % len(cpus)] for k in range(self.threads)}
        worker = Worker(competitor, self.binary, self.threads, self.dtype, chosen)
        self.workers[competitor.name] = worker
        return worker
