"""One file for every CPython from 3.11 on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
CODE = """
import json, sys
import numpy as np
import _swift_losses as native
loss = native.Loss("CategoricalCrossentropy", {}, False, None, None)
y_true, y_pred = np.eye(3, dtype="float32"), np.full((3, 3), 0.25, "float32") + np.eye(3) / 4
value, gradient = loss.value_and_gradient(y_true, y_pred.astype("float32"), [1.0, 2.0, 3.0])
print(json.dumps([sys.version_info[:2], float(value), gradient.tolist()]))
"""


def interpreters() -> list[Path]:
    """The CPythons from 3.11 on that are there and have NumPy, this one among them."""
    found = [Path(sys.executable), Path("/usr/bin/python3")]
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += sorted(versions.glob("3.1[1-9].*/bin/python"))
    check = "import sys, numpy; sys.exit(sys.version_info < (3, 11))"
    return [
        python
        for python in found
        if python.exists()
        and subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
    ]


@pytest.mark.parametrize("python", interpreters(), ids=str)
def test_it_loads_and_computes_the_same(python: Path) -> None:
    environment = dict(os.environ, PYTHONPATH=str(PACKAGE), PYTHONDONTWRITEBYTECODE="1")
    run = subprocess.run(
        [python, "-c", CODE], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    version, value, gradient = json.loads(run.stdout)
    assert version >= [3, 11]
    # -log 0.5, and 1 - 1 / 0.5 for the last label: weighted by 1, 2 and 3, and divided by 3.
    assert abs(value - 2 * 0.6931472) < 1e-6
    assert abs(gradient[2][2] - (1 - 1 / 0.5)) < 1e-6


def test_it_needs_no_library_of_swift_or_python() -> None:
    module = next(PACKAGE.glob("_swift_losses*.so"))
    needed = subprocess.run(
        ["objdump", "-p", module], capture_output=True, text=True, check=True
    ).stdout
    libraries = {line.split()[1] for line in needed.splitlines() if "NEEDED" in line}
    assert libraries <= {
        "libc.so.6",
        "libm.so.6",
        "libstdc++.so.6",
        "libgcc_s.so.1",
        "ld-linux-x86-64.so.2",
    }


def test_it_exports_the_interface_and_the_module_alone() -> None:
    module = next(PACKAGE.glob("_swift_losses*.so"))
    symbols = subprocess.run(
        ["nm", "-D", "--defined-only", module], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split()[-1] for line in symbols.splitlines()}
    assert {"PyInit__swift_losses", "keras_loss_create", "keras_loss_call"} <= names
    # Nothing of Swift's runtime, which another extension module may bring along in another version.
    assert {name for name in names if name.startswith("swift_")} == set()
