"""Writing files: the NPY format, and what --check finds."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from keras_oracle.commands.generate import check
from keras_oracle.fixture_json import npy
from keras_oracle.regeneration.folder import replace


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (2, 3, 4)])
def test_numpy_reads_the_npy_files(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)
    content = npy(array)
    read = np.load(io.BytesIO(content))
    assert read.dtype == array.dtype and read.shape == shape
    np.testing.assert_array_equal(read, array)
    assert (len(content) - array.nbytes) % 64 == 0


def test_an_npy_file_is_what_numpy_writes_but_for_its_padding() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    stream = io.BytesIO()
    np.save(stream, array)
    ours, theirs = npy(array), stream.getvalue()
    assert ours[10:].split(b"\n")[0].rstrip() == theirs[10:].split(b"\n")[0].rstrip()


def test_check_finds_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"a/x.json": b"{}", "a/y.npy": b"1", "manifest.json": b"[]"}
    for path, content in files.items():
        replace(tmp_path / path, content)
    assert check(files, tmp_path) == 0
    (tmp_path / "a/y.npy").write_bytes(b"2")
    assert check(files, tmp_path) == 1
    assert "a/y.npy: is not what the oracle generates" in capsys.readouterr().err
    replace(tmp_path / "a/y.npy", b"1")
    replace(tmp_path / "a/z.json", b"")
    assert check(files, tmp_path) == 1
    assert "a/z.json: no case generates this file" in capsys.readouterr().err
    (tmp_path / "a/z.json").unlink()
    (tmp_path / "a/x.json").unlink()
    assert check(files, tmp_path) == 1


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    replace(tmp_path / "x.json", b"first")
    replace(tmp_path / "x.json", b"second")
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    assert (tmp_path / "x.json").read_bytes() == b"second"
