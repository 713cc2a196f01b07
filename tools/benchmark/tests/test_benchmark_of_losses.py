"""The command as a whole, with NumPy and the Swift worker, and with one that is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2]
WORKER = TOOLS.parent / ".build" / "release" / "loss-benchmark"
if "LOSS_PARITY" in os.environ:
    WORKER = Path(os.environ["LOSS_PARITY"]).with_name("loss-benchmark")

# A worker that prepares everything and computes nothing.
WRONG = f"""#!{sys.executable}
import sys
for line in sys.stdin:
    word = line.split()[0]
    print({{"round": "1000", "write": "0.125"}}.get(word, "ready"), flush=True)
"""
DYING = f"""#!{sys.executable}
import sys
sys.stdin.readline()
"""


def losses(*options: str, worker: Path = WORKER) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LOSS_BENCHMARK": str(worker), "PYTHON": sys.executable}
    command = [str(TOOLS / "benchmark" / "losses"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def small(*options: str, output: Path) -> subprocess.CompletedProcess[str]:
    """A run on real shapes that take little time, without installing anything."""
    command = [sys.executable, "-m", "loss_benchmark", "--binary", str(WORKER)]
    command += ["--output", str(output), "--rounds", "1", "--competitor", "spans"]
    command += ["--competitor", "streaming", "--competitor", "numpy", *options]
    environment = os.environ | {"PYTHONPATH": str(TOOLS / "benchmark")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "worker"
    file.touch(mode=0o755)
    return file


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_quick_holds_every_loss_against_float64(dtype: str) -> None:
    done = losses(
        *("--quick", "--dtype", dtype, "--threads", "1", "--threads", "2"),
        *("--competitor", "spans", "--competitor", "tensors", "--competitor", "numpy"),
    )
    assert done.returncode == 0, done.stderr
    found = re.match(r"(\d+) results of 3 competitors on (\d+) questions", done.stdout)
    assert found is not None, done.stdout
    # 29 losses and shapes, each alone and with its gradient, with one thread and with two.
    assert int(found[2]) == 29 * 2 * 2
    assert int(found[1]) >= 29 * 2 * 3


def test_quick_fails_where_a_swift_loss_is_wrong(program: Path) -> None:
    program.write_text(WRONG)
    done = losses("--quick", "--loss", "huber", "--competitor", "spans", worker=program)
    assert done.returncode == 1
    assert "losses: KerasLosses: huber 37 x 100, value, 1 thread: wrong by " in done.stderr


def test_quick_fails_where_a_worker_ends(program: Path) -> None:
    program.write_text(DYING)
    done = losses("--quick", "--loss", "huber", "--competitor", "spans", worker=program)
    assert done.returncode == 1
    assert "its process ended with 0" in done.stderr or "no result" in done.stderr


def test_times_are_written_as_json_and_markdown(tmp_path: Path) -> None:
    done = small("--loss", "sparse_categorical_crossentropy", "--shape", "32x10", output=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "losses-float32.json").read_text())
    assert found["machine"]["cpus"] >= 1
    assert {cell["workload"]["quantity"] for cell in found["cells"]} == {"value", "gradient"}
    for cell in found["cells"]:
        assert {one["competitor"] for one in cell["figures"]} == {"streaming", "spans", "numpy"}
        assert all(one["minimum"] > 0 and one["wrong_by"] is None for one in cell["figures"])
        assert cell["best_peer"] == "numpy"
    assert (tmp_path / "losses-float32.md").read_text() in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--competitor", "fortran"), "there is no competitor fortran"),
        (("--loss", "hubris"), "no workload has such a loss and shape"),
        (("--rounds", "0"), "--rounds and --threads take numbers from 1 on"),
    ],
)
def test_what_cannot_be_asked_is_named(options: tuple[str, ...], message: str) -> None:
    done = losses("--quick", *options)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
