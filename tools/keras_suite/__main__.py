"""Runs Keras's tests of losses with its own losses, then with ours, and compares.

usage: python -m keras_suite [--dialect DIALECT]... ; exits with 1 where something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from .verdict import Record, verdict

FILES = ("losses_test.py", "loss_test.py")


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="keras_suite", description=__doc__)
    parser.add_argument("--dialect", action="append", help="the Keras that is followed")
    dialects = parser.parse_args().dialect or ["keras-3.15/numpy"]
    theirs, _ = run("keras")
    failed = False
    for dialect in dialects:
        ours, output = run("swift", "--dialect", dialect)
        found = verdict(theirs, ours)
        print(f"{dialect}: {found.text}")
        if not found.passed:
            print(output, file=sys.stderr)
            failed = True
    return 1 if failed else 0


def run(losses: str, *options: str) -> tuple[Record, str]:
    """Runs the tests in a process of their own; returns the record and what pytest wrote."""
    keras = find_spec("keras")
    if keras is None or keras.origin is None:
        raise SystemExit(
            "keras_suite: Keras is not installed for this Python; see tools/keras-tests"
        )
    folder = Path(keras.origin).parent / "src" / "losses"
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "record.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "keras_suite.recording", "--rootdir", str(folder), "-c", os.devnull]
        command += ["--losses", losses, "--record", str(file), *options]
        command += [str(folder / name) for name in FILES]
        environment = os.environ | {
            "KERAS_BACKEND": "numpy",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            command, env=environment, cwd=scratch, capture_output=True, text=True, check=False
        )
        if not file.exists():
            raise SystemExit(f"keras_suite: pytest did not run:\n{done.stdout}{done.stderr}")
        return json.loads(file.read_text()), done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
