"""What an import needs, and what it says where that is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_without_the_extension_module_an_import_says_how_to_build_it(tmp_path: Path) -> None:
    copied = tmp_path / "swift_losses"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    found = run("import swift_losses", tmp_path)
    last = found.stderr.splitlines()[-1]
    assert found.returncode == 1
    assert last.startswith("ImportError: swift_losses needs its extension module")
    assert last.endswith(f"build it: {copied / 'build'}")


def test_a_broken_extension_module_is_told_from_a_missing_one(tmp_path: Path) -> None:
    copied = tmp_path / "swift_losses"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    (copied / "_swift_losses.abi3.so").write_bytes(b"no library")
    last = run("import swift_losses", tmp_path).stderr.splitlines()[-1]
    assert "_swift_losses.abi3.so" in last


def test_the_package_imports_neither_keras_nor_jax() -> None:
    code = "import swift_losses, sys; print(sorted({'keras', 'jax'} & set(sys.modules)))"
    found = run(code, PACKAGE.parent)
    assert (found.returncode, found.stdout.strip()) == (0, "[]"), found.stderr


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()
