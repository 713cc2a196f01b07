"""What the figures were made on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

FLAGS = ("avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "asimd", "sve")
LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def machine() -> dict[str, Any]:
    """The CPU, what of its instructions matters, memory and system."""
    about = _about_cpu()
    has = about.get("flags", about.get("Features", "")).split()
    return {
        "cpu": about.get("model name", platform.processor() or platform.machine()),
        "family_model": f"{about.get('cpu family', '?')}/{about.get('model', '?')}",
        "cpus": len(available_cpus()),
        "flags": [one for one in FLAGS if one in has],
        "memory_gib": _memory_gib(),
        "large_pages": LARGE_PAGES.read_text().strip() if LARGE_PAGES.exists() else None,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def available_cpus() -> list[int]:
    """The CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _about_cpu() -> dict[str, str]:
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return {}
    first = file.read_text().split("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
