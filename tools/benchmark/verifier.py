"""The verifier beside its peers: start-up, many cases, a large golden file, two large arrays.

usage: verifier.py LOSS_PARITY VERIFIER_READ [--quick] [--rounds N] [--elements N ...];
`tools/benchmark/verifier` runs it with what it needs. Times are of whole processes, in
milliseconds, but for those of work inside one; others who use the machine affect processor time
less. Every result is checked before its time counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from verifier_runs import MEGABYTE, Sample, inside, interleaved, run, whole

HERE = Path(__file__).parent
PEERS: list[str | Path] = [sys.executable, HERE / "verifier_peers.py"]
LOSSES = (
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "mean_squared_error",
    "huber",
    "hinge",
    "kl_divergence",
)
"""Losses that have some 2,000 cases in one dialect."""
DIALECT = "keras-3.15/jax"
CASE = "categorical_crossentropy.question.row_sums_1_99.class.float32"


class Benchmark:
    """What is measured, with the programs that it is measured with."""

    def __init__(self, program: Path, reader: Path, rounds: int) -> None:
        self.program = program
        self.reader = reader
        self.rounds = rounds

    def start_up(self) -> None:
        """A process that does nothing, and one that checks a case."""
        one = [self.program, "verify", "--dialect", DIALECT, "--case", CASE]
        samples = interleaved(
            {
                "loss-parity --version": whole([self.program, "--version"], "."),
                "loss-parity --help": whole([self.program, "--help"], "verify"),
                "loss-parity verify, 1 case": whole(one, "answers all 1 cases"),
                "python -c pass": whole([sys.executable, "-c", "pass"], ""),
            },
            3 * self.rounds,
        )
        table("start-up", samples)

    def cases(self, losses: tuple[str, ...]) -> None:
        """Some 2,000 cases."""
        chosen = [word for loss in losses for word in ("--loss", loss)]
        chosen += ["--dialect", DIALECT]
        count = run([self.program, "list", *chosen]).output.count("\n")
        os.environ["LOSSES"] = ",".join(losses)
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        report = ["--report", "json=/dev/null"]
        verify = [self.program, "verify", *chosen]
        passed = f"answers all {count} cases"
        samples = interleaved(
            {
                "loss-parity verify": whole(verify, passed),
                "loss-parity verify, JSON report": whole([*verify, *report], passed),
                "pytest, nothing computed": whole(
                    [*pytest, HERE / "verifier_cases.py"], f"{count} passed"
                ),
            },
            self.rounds,
        )
        table(f"{count} cases", samples, relative_to="loss-parity verify")

    def golden(self, folder: Path, byte_count: int) -> None:
        """Reading a large file of goldens."""
        file = Path(run([*PEERS, "golden", folder, str(byte_count)]).output.strip())
        samples = interleaved(
            {
                "loss-parity list": whole(
                    [self.program, "list", "--fixtures", folder], "large.float64"
                ),
                "json.load": inside([*PEERS, "json", file]),
            },
            self.rounds,
        )
        size = file.stat().st_size
        empty = run([self.program, "--version"]).peak_bytes
        table(f"a golden file of {size / MEGABYTE:.0f} MB", samples, relative_to="loss-parity list")
        ours = samples["loss-parity list"]
        for name, sample in samples.items():
            print(f"  {name}: {size / sample.least / MEGABYTE:.0f} MB/s")
        used = ours.peak_bytes - empty
        print(f"  memory of loss-parity at most {used / MEGABYTE:.0f} MB", end="")
        print(f" above that of --version, {used / size:.2f} times the file")

    def compare(self, folder: Path, count: int, peers: bool) -> None:
        """Two arrays of float32, beside reading them."""
        run([*PEERS, "arrays", folder, str(count)])
        run([*PEERS, "arrays", folder / "one", "1"])
        expected = folder / "expected.npy"
        competitors = {}
        for kind in KINDS:
            actual = folder / f"{kind}.npy"
            command = [self.program, "compare", actual, expected]
            competitors[f"loss-parity compare, {kind}"] = whole(command, "PASSED")
            if peers:
                testing = [*PEERS, "allclose", actual, expected]
                competitors[f"numpy.testing, {kind}, inside"] = inside(testing)
        one = [self.program, "compare", folder / "one/equal.npy", folder / "one/expected.npy"]
        competitors[ONE] = whole(one, "PASSED")
        for threads in (1, 2):
            read = [self.reader, str(threads), folder / "rounded.npy", expected]
            competitors[READ.format(threads)] = inside(read)
        samples = interleaved(competitors, self.rounds)
        table(f"two arrays of {count:,} float32", samples)
        for kind in KINDS:
            against_reading(kind, samples, count)


KINDS = ("equal", "rounded")
ONE = "loss-parity compare, 1 element"
READ = "reading both once, threads: {}, inside"


def against_reading(kind: str, samples: dict[str, Sample], count: int) -> None:
    """Prints what a comparison takes without starting, as multiples of reading both files."""
    ours, start = samples[f"loss-parity compare, {kind}"], samples[ONE]
    work = ours.least - start.least
    print(f"  {kind}, without start-up: {work / count * 1e9:.3f} ns an element;", end="")
    for threads in (1, 2):
        ratio = work / samples[READ.format(threads)].least
        print(f" {ratio:.2f} times reading with {threads} threads,", end="")
    spent = min(ours.processor_seconds) - min(start.processor_seconds)
    ratio = spent / min(samples[READ.format(1)].processor_seconds)
    print(f" {ratio:.2f} times its processor time;", end="")
    # Pages of files are the system's, but count as resident.
    beside = ours.peak_bytes - 8 * count - start.peak_bytes
    print(f" {beside / MEGABYTE:.1f} MB beside the files")


def table(title: str, samples: dict[str, Sample], relative_to: str | None = None) -> None:
    """Prints the least and the median of each competitor."""
    print(f"\n{title:<40}{'least':>9}{'median':>9}{'processor':>11}{'peak MB':>9}")
    for name, sample in samples.items():
        line = f"  {name:<38}{sample.least * 1e3:>9.2f}{sample.median * 1e3:>9.2f}"
        line += f"{min(sample.processor_seconds) * 1e3:>11.2f}"
        line += f"{sample.peak_bytes / MEGABYTE:>9.0f}"
        if relative_to and name != relative_to:
            line += f"{sample.least / samples[relative_to].least:>8.1f} times"
        print(line)


def main() -> int:
    """Measures everything; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("reader", type=Path)
    parser.add_argument("--quick", action="store_true", help="little of everything, once")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--elements", type=int, nargs="+", default=[10**7, 10**8])
    given = parser.parse_args()
    if given.quick:
        given.rounds, given.elements = 1, [300_000]
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    print("milliseconds of whole processes, but for those of the work inside one;")
    print("processor: of the whole process on all cores, the least")
    benchmark = Benchmark(given.program.absolute(), given.reader.absolute(), given.rounds)
    benchmark.start_up()
    benchmark.cases(LOSSES[3:4] if given.quick else LOSSES)
    with tempfile.TemporaryDirectory() as folder:
        benchmark.golden(Path(folder) / "golden", 10**6 if given.quick else 102_000_000)
    for count in given.elements:
        with tempfile.TemporaryDirectory() as folder:
            benchmark.compare(Path(folder), count, peers=count <= 10**7)
    return 0


if __name__ == "__main__":
    sys.exit(main())
