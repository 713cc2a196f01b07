"""Packages that depend on this one, as other people's do; and its command plugin."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "Tests" / "ExamplePackage"
# Kept between runs, apart from the repository's own build.
SCRATCH = REPOSITORY / ".build-packages"


def swift(command: str, package: Path, arguments: Sequence[str] = ()) -> tuple[int, str]:
    """The exit code and the output of a command of SwiftPM for a package."""
    run = subprocess.run(
        ["swift", command, "--package-path", package]
        + ["--scratch-path", SCRATCH / package.name, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1500,
    )
    return run.returncode, run.stdout


def built(package: Path, target: str) -> list[Path]:
    """The objects that the build of a package made of a target."""
    return list((SCRATCH / package.name / "debug" / f"{target}.build").rglob("*.o"))


def messages(output: str, test: str) -> str:
    """What the log of a run of XCTest says of a test."""
    name = re.escape(test)
    between = rf"Test Case '{name}' started.*?\n(.*?)Test Case '{name}' (?:passed|failed)"
    found = re.search(between, output, re.DOTALL)
    assert found, output
    return found[1]


class TestExample:
    """The example package has two mistakes; its tests name them."""

    @pytest.fixture(scope="class")
    def output(self) -> str:
        status, output = swift("test", EXAMPLE)
        assert status == 1, output
        return output

    def test_exactly_the_two_mistakes_fail(self, output: str) -> None:
        outcomes = dict(re.findall(r"Test Case 'PortedLossesTests\.(\w+)' (passed|failed)", output))
        assert outcomes == {
            "testCategoricalCrossentropy": "failed",
            "testHuber": "failed",
            "testTheOthers": "passed",
        }
        assert "Executed 3 tests, with 2 failures (0 unexpected)" in output

    @pytest.mark.parametrize(
        ("test", "loss", "cause", "fix"),
        [
            (
                "testCategoricalCrossentropy",
                "categorical_crossentropy",
                "rescale skipped",
                "Divide p by sum(p) along the class axis, then clip.",
            ),
            ("testHuber", "huber", "both branches without 1/2", "Halve both branches."),
        ],
    )
    def test_the_failure_says_why(
        self, output: str, test: str, loss: str, cause: str, fix: str
    ) -> None:
        message = messages(output, f"PortedLossesTests.{test}")
        assert re.match(r"\S+PortedLossesTests\.swift:\d+: error: ", message), "where"
        assert f'threw error "the function differs from Keras: {loss} ({cause})\n' in message
        assert f"CAUSE explained: {cause}\n" in message
        assert f"Fix: {fix}\n" in message
        assert f"FAIL {loss}." in message
        assert re.search(r"differs from Keras in \d+ of \d+ cases; \d+ cases were skipped", message)
        assert len(message.splitlines()) < 50

    def test_what_was_skipped_is_printed_where_all_is_well(self, output: str) -> None:
        message = messages(output, "PortedLossesTests.testTheOthers")
        assert "PASSED: the function answers all " in message
        assert re.search(r"Skipped cases:\n  \d+  in float64, not float32\n", message)

    def test_swift_testing_runs_it_as_well(self, output: str) -> None:
        assert "Test sparseCategoricalCrossentropyInSwiftTesting() passed" in output
        assert re.search(r"Test run with 1 test .*passed", output)


class TestLibraryAlone:
    """Who depends on KerasLosses gets nothing else: no fixtures, no command line, no Foundation."""

    @pytest.fixture(scope="class")
    def package(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        package = tmp_path_factory.mktemp("packages") / "library-alone"
        sources = package / "Sources" / "LibraryAlone"
        sources.mkdir(parents=True)
        (package / "Package.swift").write_text(f"""\
            // swift-tools-version: 6.3
            import PackageDescription

            let package = Package(
              name: "library-alone",
              dependencies: [.package(name: "loss-parity", path: "{REPOSITORY}")],
              targets: [
                .executableTarget(
                  name: "LibraryAlone",
                  dependencies: [.product(name: "KerasLosses", package: "loss-parity")])
              ])
            """)
        (sources / "main.swift").write_text("""\
            import KerasLosses

            let yTrue: Tensor<Float> = [[1, 0, 0], [0, 1, 0]]
            let yPred: Tensor<Float> = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6]]
            print(try Huber(delta: 0.5)(yTrue: yTrue, yPred: yPred))
            print(try CosineSimilarity()(yTrue: yTrue, yPred: yPred))
            print(2.5.power(0.5), 2.5.power(3))
            """)
        return package

    def test_it_links_and_carries_nothing_else(self, package: Path) -> None:
        status, output = swift("build", package)
        assert status == 0, output
        assert "warning" not in output
        assert built(package, "KerasLosses")
        for target in ["ArgumentParser", "LossFixtures", "LossConformance", "PackagedFixtures"]:
            assert not built(package, target), target
        products = SCRATCH / package.name / "debug"
        assert not list(products.glob("*.resources")) + list(products.glob("*.bundle"))
        linked = subprocess.run(
            ["ldd", products / "LibraryAlone"], capture_output=True, text=True, check=True
        ).stdout
        assert "Foundation" not in linked
        ran = subprocess.run([products / "LibraryAlone"], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr


class TestPlugin:
    """`swift package regenerate-fixtures` is `tools/fixtures generate`."""

    def regenerate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["swift", "package", "--package-path", REPOSITORY]
            + ["--scratch-path", SCRATCH / "plugin", "--allow-writing-to-package-directory"]
            + ["regenerate-fixtures", *arguments],
            capture_output=True,
            text=True,
            timeout=1500,
        )

    def test_it_passes_arguments_on_and_the_exit_code_back(self) -> None:
        helped = self.regenerate("--help")
        assert helped.returncode == 0, helped.stderr
        assert "usage: tools/fixtures generate" in helped.stdout
        refused = self.regenerate("--nonsense")
        assert refused.returncode == 1
        assert "unrecognized arguments: --nonsense" in refused.stdout
        assert "error: tools/fixtures generate ended with status 2" in refused.stderr
