"""Who takes part: ours, those beside whom it is timed, and streaming the same bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# Memory that was freed stays with the process, in large pages where the machine has them, as it
# does with the memory that callers own: no peer pays the system for pages in every call.
ALLOCATOR = (
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.arena_max=1"
    ":glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=67108864"
)


@dataclass(frozen=True)
class Competitor:
    """Somebody who is timed; `modules` are what its Python has to have."""

    name: str
    title: str
    kind: str
    modules: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether it is the library that is measured."""
        return self.kind == OURS

    @property
    def is_peer(self) -> bool:
        """Whether it is somebody else who computes losses."""
        return self.kind == PEER

    def missing(self) -> list[str]:
        """The modules that are not installed."""
        return [one for one in self.modules if find_spec(one) is None]

    def command(self, binary: Path, threads: int, dtype: str) -> list[str]:
        """Starts its worker."""
        options = ["--threads", str(threads), "--dtype", dtype]
        if self.is_peer:
            return [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "loss_benchmark.peers",
                self.name,
                *options,
            ]
        return [str(binary), "worker", self.name, *options]


OURS, PEER, FLOOR = "ours", "peer", "floor"
STREAMING = Competitor("streaming", "streaming its bytes", FLOOR)
CALLER_MEMORY = Competitor("spans", "KerasLosses", OURS)
COMPETITORS = (
    STREAMING,
    CALLER_MEMORY,
    Competitor("tensors", "KerasLosses, allocating", OURS),
    Competitor("jax", "jax.jit", PEER, ("jax",)),
    Competitor("keras-jax", "Keras on JAX", PEER, ("keras", "jax")),
    Competitor("keras-tensorflow", "Keras on TensorFlow", PEER, ("keras", "tensorflow")),
    Competitor("torch", "torch", PEER, ("torch",)),
    Competitor("torch-compile", "torch.compile", PEER, ("torch",)),
    Competitor("onnxruntime", "ONNX Runtime", PEER, ("onnx", "onnxruntime")),
    Competitor("numpy", "NumPy", PEER, ("numpy",)),
)


def chosen(names: Sequence[str]) -> list[Competitor]:
    """The competitors of some names, or all that are installed.

    Raises `SystemExit` where one that is named is not there.
    """
    if not names:
        return [one for one in COMPETITORS if not one.missing()]
    found = []
    for name in dict.fromkeys(names):
        one = next((one for one in COMPETITORS if one.name == name), None)
        if one is None:
            known = ", ".join(one.name for one in COMPETITORS)
            raise SystemExit(f"losses: there is no competitor {name}; there are {known}")
        if one.missing():
            raise SystemExit(f"losses: {name} needs {', '.join(one.missing())}, not installed here")
        found.append(one)
    return found


def environment(threads: int) -> dict[str, str]:
    """What a worker with so many threads runs in."""
    count = str(threads)
    given = {
        "GLIBC_TUNABLES": ALLOCATOR,
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if threads == 1:
        given["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return os.environ | given
