"""Sets of fixture files: read from a folder or a git revision, written whole or not at all."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
MANIFEST = "manifest.json"
LEDGER = "ledger.json"

_SUFFIXES = (".json", ".npy")


class UsageError(Exception):
    """The command line names something that is not there, or asks for what is refused."""


class DamagedError(Exception):
    """A file of fixtures cannot be read, or is not what the manifest says."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(f"{file}: {message}")


def of(name: str) -> dict[str, bytes]:
    """The fixture files of a folder or a revision of this repository: path to bytes."""
    folder = Path(name)
    return of_folder(folder) if folder.is_dir() else of_revision(name)


def of_folder(folder: Path) -> dict[str, bytes]:
    """The JSON and NPY files below a folder, other than schemas, by their paths."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_fixture(name) and path.is_file():
            files[name] = path.read_bytes()
    return files


def of_revision(revision: str, folder: Path = FIXTURES) -> dict[str, bytes]:
    """The files that a folder of a git repository had at a revision.

    Raises `UsageError` where there is no such revision, or the folder is in no repository, and
    `DamagedError` where the revision has no such folder.
    """
    try:
        root = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
        _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError(
            f"{revision!r} is neither a folder nor a git revision of this repository"
        ) from error
    below = folder.resolve().relative_to(root.resolve()).as_posix()
    try:
        archive = _git(root, "archive", "--format=tar", f"{revision}:{below}")
    except subprocess.CalledProcessError as error:
        raise DamagedError(revision, f"it has no folder {below}") from error
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None and _is_fixture(member.name):
                files[member.name] = file.read()
    return files


def write(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Makes a folder hold these files, schemas aside; returns the paths that changed.

    Files that have these bytes already are not touched. Each is written whole or not at all, the
    manifest last: until then readers see that the set is not whole.
    """
    changed = [path for path, content in files.items() if read(folder / path) != content]
    gone = unknown(files, folder)
    for path in changed:
        if path != MANIFEST:
            replace(folder / path, files[path])
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    if MANIFEST in changed:
        replace(folder / MANIFEST, files[MANIFEST])
    return sorted([*changed, *gone])


def replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def unknown(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """JSON and NPY files of the folder, other than schemas, that are not among the files."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return sorted(name for name in present - set(files) if _is_fixture(name))


def read(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none."""
    return path.read_bytes() if path.is_file() else None


def require_no_ci(allowed: bool) -> None:
    """Raises `UsageError` where the environment says CI: fixtures are written by people alone."""
    if not allowed and os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
        raise UsageError(
            "CI is set, and CI checks the fixtures, it does not write them (--even-in-ci does)"
        )


def user(folder: Path = FIXTURES) -> str:
    """What git calls the user; nothing where it does not know."""
    try:
        return _git(folder, "config", "user.name").decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _is_fixture(name: str) -> bool:
    return name.endswith(_SUFFIXES) and "schema" not in name.split("/")


def _git(folder: Path, *words: str) -> bytes:
    ran = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True)
    return ran.stdout
