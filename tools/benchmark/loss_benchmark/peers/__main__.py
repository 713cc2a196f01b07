"""A worker: prepares and times workloads as it is told.

usage: python -m loss_benchmark.peers PEER --threads N --dtype DTYPE
Reads commands from standard input and answers each with a line:
    prepare FOLDER         `ready`, or `unsupported WHY`
    round SAMPLES CALLS    SAMPLES times the nanoseconds of CALLS calls
    write FOLDER           the value; writes gradient or losses as plain numbers in C order
    version                the versions of the libraries
`failed WHY` answers a command that did not work.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from ..inputs import read_inputs
from ..workloads import LOSSES, Workload
from .peer import Call, Peer, Unsupported, parts

MODULES = {
    "numpy": "numpy_peer",
    "jax": "jax_peer",
    "keras-jax": "keras_jax_peer",
    "keras-tensorflow": "keras_tensorflow_peer",
    "torch": "torch_peer",
    "torch-compile": "torch_compile_peer",
    "onnxruntime": "onnx_peer",
}


class Worker:
    """Answers commands with a peer."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.workload: Workload | None = None
        self.call: Call = lambda: None

    def answer(self, command: str, *words: str) -> str:
        """The answer to a command."""
        match command:
            case "prepare":
                self.call = lambda: None
                give_back_memory()
                self.workload, labels, predictions = read_inputs(Path(words[0]))
                try:
                    self.call = self.peer.prepared(self.workload, labels, predictions)
                    self.call()
                except Unsupported as error:
                    return f"unsupported {error}"
                return "ready"
            case "round":
                samples, calls = map(int, words)
                return " ".join(str(self.nanoseconds(calls)) for _ in range(samples))
            case "write":
                return repr(self.write(Path(words[0])))
            case "version":
                return self.peer.version()
            case _:
                raise ValueError(f"there is no command {command}")

    def nanoseconds(self, calls: int) -> int:
        """How long some calls take."""
        call = self.call
        start = time.perf_counter_ns()
        for _ in range(calls):
            call()
        return time.perf_counter_ns() - start

    def write(self, folder: Path) -> float:
        """Writes the arrays of a call; returns its value."""
        first, *others = parts(self.call())
        if self.workload is not None and self.workload.quantity == LOSSES:
            first.tofile(folder / "losses")
            return float(first.mean(dtype="float64"))
        for gradient in others:
            gradient.tofile(folder / "gradient")
        return float(first)


def give_back_memory() -> None:
    """Gives the system what the last workload took: many workers keep theirs at once."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def main() -> None:
    """Answers until standard input ends."""
    parser = argparse.ArgumentParser(prog="loss_benchmark.peers", description=__doc__)
    parser.add_argument("peer", choices=MODULES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", default="float32")
    options = parser.parse_args()
    # What libraries print is no answer.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module = import_module(f".{MODULES[options.peer]}", __package__)
    worker = Worker(module.peer(options.threads, options.dtype))
    for line in sys.stdin:
        try:
            answer = worker.answer(*line.split())
        except Exception as error:
            answer = f"failed {type(error).__name__}: {error}"
        answers.write(" ".join(answer.split("\n")) + "\n")


if __name__ == "__main__":
    main()
