"""The extension module against every case of the fixtures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[2]
ADAPTER = TOOLS / "adapters" / "swift_losses_adapter.py"
LOSS_PARITY = os.environ.get("LOSS_PARITY", "loss-parity")


def verified(report: Path, *options: str) -> list[dict[str, Any]]:
    """The answers of a run of all cases that finds no mismatch."""
    # A shard's report holds the answers.
    command = [LOSS_PARITY, "verify", "--fixtures", str(TOOLS.parent / "fixtures")]
    command += ["--shard", "1/1", "--report", f"json={report}", *options]
    environment = dict(os.environ, PYTHONPATH=str(TOOLS), PYTHONDONTWRITEBYTECODE="1")
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr
    return json.loads(report.read_text())["answers"]["cases"]


def by_case(answers: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(answer["dialect"], answer["id"]): answer for answer in answers}


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    return by_case(verified(tmp_path_factory.mktemp("swift") / "report.json"))


def test_every_case_has_the_bits_of_the_library(
    swift: dict[tuple[str, str], dict[str, Any]], tmp_path: Path
) -> None:
    dialects = sorted({dialect for dialect, _ in swift})
    options = ["--command", f"{sys.executable} {ADAPTER}", "--gradients", "required"]
    for dialect in dialects:
        options += ["--dialect", dialect]
    native = by_case(verified(tmp_path / "report.json", *options))
    assert len(native) > 5000
    assert native.keys() == swift.keys()
    assert [key for key in native if native[key] != swift[key]] == []
