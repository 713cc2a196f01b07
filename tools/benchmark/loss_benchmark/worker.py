"""A worker process, seen from outside: commands go in, answers come out."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
from pathlib import Path

import numpy as np

from .competitors import Competitor, environment
from .peers.peer import Unsupported
from .reference import Array
from .workloads import GRADIENT, Workload

# Compiling may take long; a competitor that says nothing for longer is given up.
PATIENCE = 300.0


class WorkerFailure(Exception):
    """A worker could not do what it was told; its message says why."""


class Worker:
    """The process of a competitor, on CPUs of its own."""

    def __init__(
        self, competitor: Competitor, binary: Path, threads: int, dtype: str, cpus: set[int]
    ) -> None:
        self.competitor = competitor
        pinned = getattr(os, "sched_setaffinity", None)
        self.process = subprocess.Popen(
            competitor.command(binary, threads, dtype),
            env=environment(threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=None if pinned is None else lambda: pinned(0, cpus),
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def tell(self, *words: object) -> None:
        """Sends a command; `answer` waits for what it gives."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
            self.process.stdin.flush()
        except OSError as error:
            raise WorkerFailure(self._ended()) from error

    def answer(self) -> str:
        """The answer to the last command.

        Raises `WorkerFailure` or `Unsupported`.
        """
        assert self.process.stdout is not None
        output = self.process.stdout.fileno()
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([output], [], [], PATIENCE)[0]:
                self.end()
                raise WorkerFailure(f"no answer in {PATIENCE:.0f} s")
            part = os.read(output, 1 << 16)
            if not part:
                raise WorkerFailure(self._ended())
            line += part
        text = line.decode().strip()
        kind, _, rest = text.partition(" ")
        if kind == "failed":
            raise WorkerFailure(rest)
        if kind == "unsupported":
            raise Unsupported(rest)
        return text

    def times(self, samples: int, calls: int) -> list[float]:
        """Nanoseconds a call, as often as samples are asked."""
        self.tell("round", samples, calls)
        return [int(one) / calls for one in self.answer().split()]

    def results(self, workload: Workload, folder: Path) -> tuple[float, Array | None]:
        """The value, and the gradient or the losses where the worker wrote them."""
        file = folder / workload.quantity
        # Not what somebody else wrote.
        file.unlink(missing_ok=True)
        self.tell("write", folder)
        value = float(self.answer())
        if not file.exists():
            return value, None
        array = np.fromfile(file, workload.dtype)
        if workload.quantity == GRADIENT and array.size == workload.elements:
            # One of another size is judged as it is.
            array = array.reshape((workload.rows, workload.columns))
        return value, array

    def end(self) -> None:
        """Ends the process."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _ended(self) -> str:
        return f"its process ended with {self.process.wait()}"
