"""Real runs of the built verifier, with the oracle on NumPy as the implementation under test."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADAPTER = ROOT / "tools/adapters/numpy_adapter.py"


@dataclass(frozen=True)
class Run:
    """A run of the verifier: what it said, and where its reports are."""

    status: int
    output: str
    folder: Path

    def text(self, name: str) -> str:
        """The text of a report."""
        return (self.folder / name).read_text(encoding="utf-8")

    def path(self, name: str) -> Path:
        """The path of a report."""
        return self.folder / name


REPORTS = {
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "summary.md",
    "html": "report.html",
}


def verify(folder: Path, *arguments: str) -> Run:
    """Runs `loss-parity verify` and writes all of its reports to a folder.

    LOSS_PARITY is the path of the executable.
    """
    executable = os.environ.get("LOSS_PARITY")
    if executable is None:
        pytest.skip("LOSS_PARITY, the path of the built loss-parity, is not set")
    reports = [f"--report={name}={folder / file}" for name, file in REPORTS.items()]
    run = subprocess.run(
        [executable, "verify", *reports, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(run.returncode, run.stdout + run.stderr, folder)


def adapter(*mistakes: str) -> str:
    """The command line of an implementation that makes mistakes."""
    planted = "".join(f" --mistake {mistake}" for mistake in mistakes)
    return f"{sys.executable} {ADAPTER}{planted}"
