"""Pairs of NPY files of float32: equal ones, and ones that differ by rounding."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

PIECE = 1 << 20


def write_arrays(folder: Path, count: int) -> None:
    """Writes `expected.npy`, `equal.npy` and `rounded.npy` of `count` random numbers.

    Half of the rounded ones are the next number up. Memory does not grow with `count`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(3)
    names = ("expected", "equal", "rounded")
    files = [_empty(folder / f"{name}.npy", count) for name in names]
    for start in range(0, count, PIECE):
        size = min(PIECE, count - start)
        expected = chance.standard_normal(size, dtype=np.float32)
        rounded = np.where(chance.random(size) < 0.5, np.nextafter(expected, np.inf), expected)
        for file, numbers in zip(files, (expected, expected, rounded)):
            numbers.astype(np.float32).tofile(file)
    for file in files:
        file.close()


def _empty(path: Path, count: int) -> BinaryIO:
    """A file with the header of an array, whose numbers are to follow."""
    file = path.open("wb")
    header = {"descr": "<f4", "fortran_order": False, "shape": (count,)}
    np.lib.format.write_array_header_1_0(file, header)
    file.flush()
    return file
