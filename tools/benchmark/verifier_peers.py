"""What the verifier is measured against, in a process each; prints the seconds of the work.

usage: verifier_peers.py json FILE | allclose ACTUAL EXPECTED | arrays FOLDER COUNT |
golden FOLDER BYTES
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def read_json(file: Path) -> None:
    """json.load, without making arrays of the lists."""
    start = time.perf_counter()
    with file.open(encoding="utf-8") as stream:
        json.load(stream)
    print(time.perf_counter() - start)


def allclose(actual: Path, expected: Path) -> None:
    """numpy.testing.assert_allclose on arrays that were loaded before."""
    import numpy as np

    numbers, wanted = np.load(actual), np.load(expected)
    start = time.perf_counter()
    np.testing.assert_allclose(numbers, wanted, rtol=1.3e-6, atol=1e-5)
    print(time.perf_counter() - start)


def main(command: str, *arguments: str) -> None:
    """Runs a peer, or writes what is measured."""
    match command:
        case "json":
            read_json(Path(arguments[0]))
        case "allclose":
            allclose(Path(arguments[0]), Path(arguments[1]))
        case "arrays":
            from verifier_arrays import write_arrays

            write_arrays(Path(arguments[0]), int(arguments[1]))
        case "golden":
            from verifier_golden import write_folder

            print(write_folder(Path(arguments[0]), int(arguments[1])))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
