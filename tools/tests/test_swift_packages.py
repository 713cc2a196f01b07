"""Packages that depend on this one, as other people's do; and its command plugin."""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "Tests" / "ExamplePackage"
# Kept between runs, apart from the repository's own build.
SCRATCH = REPOSITORY / ".build-packages"
# What CPython adds to the commands of whatever is built with it.
PYTHON = re.compile(r"-lpython[\w.]*|-I[^\s\"]*/python3[\w.]*|CPython/module\.modulemap")
# In a mount namespace: an empty folder over each of some folders, nothing in each of some files.
HIDE = """\
set -e
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mount --bind "$EMPTY" "$1"; else mount --bind /dev/null "$1"; fi
  shift
done
shift
exec "$@"
"""


@cache
def without_python() -> list[str]:
    """The start of a command that runs without Python's headers, libraries and pkg-config files.

    Nothing where there are none, or where the system lets this user hide none.
    """
    folders = subprocess.run(
        ["pkg-config", "--variable", "pc_path", "pkg-config"], capture_output=True, text=True
    ).stdout
    hidden = [
        *Path("/usr/include").glob("python3*"),
        *(path for path in map(Path, folders.strip().split(":")) if list(path.glob("python*.pc"))),
        *Path("/usr/lib").glob("*/libpython3*.so"),
    ]
    empty = SCRATCH / "nothing"
    empty.mkdir(parents=True, exist_ok=True)
    command = ["unshare", "--map-root-user", "--mount", "env", f"EMPTY={empty}"]
    command += ["sh", "-c", HIDE, "hide", *map(str, hidden), "--"]
    is_hidden = "! ls /usr/include/python3*/Python.h && ! pkg-config --exists python3-embed"
    try:
        tried = subprocess.run([*command, "sh", "-c", is_hidden], capture_output=True)
    except FileNotFoundError:
        return []
    return command if tried.returncode == 0 else []


def swift(command: str, package: Path, *options: str) -> tuple[int, str]:
    """The exit code and the output of a command of SwiftPM for a package, without Python."""
    run = subprocess.run(
        [*without_python(), "swift", command, "--package-path", package]
        + ["--scratch-path", SCRATCH / package.name, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1500,
    )
    return run.returncode, run.stdout


def assert_built_without_python(package: Path) -> None:
    """No command of a package's build names what CPython adds, wherever Python may be."""
    assert PYTHON.findall((SCRATCH / package.name / "debug.yaml").read_text()) == []


@pytest.mark.skipif("LOSS_PARITY" not in os.environ, reason="needs the built verifier")
def test_the_repositorys_own_build_names_python() -> None:
    # Else nothing could be concluded from a package whose build does not.
    manifest = Path(os.environ["LOSS_PARITY"]).parents[1] / "release.yaml"
    assert {found[:2] for found in PYTHON.findall(manifest.read_text())} == {"-l", "-I", "CP"}


def message(output: str, test: str) -> str:
    """What the log of a run of XCTest says of a test."""
    name = re.escape(test)
    between = rf"Test Case '{name}' started.*?\n(.*?)Test Case '{name}' (?:passed|failed)"
    found = re.search(between, output, re.DOTALL)
    assert found, output
    return found[1]


def assert_names(failure: str, loss: str, cause: str, fix: str) -> None:
    """A failing test says where it stands, then why, and shows a case."""
    assert re.match(r"\S+PortedLossesTests\.swift:\d+: error: ", failure)
    assert f'threw error "the function differs from Keras: {loss} ({cause})\n' in failure
    assert f"CAUSE explained: {cause}\n" in failure
    assert f"Fix: {fix}\n" in failure
    assert f"FAIL {loss}." in failure
    assert re.search(r"differs from Keras in \d+ of \d+ cases; \d+ cases were skipped", failure)
    assert len(failure.splitlines()) < 50


def test_the_example_fails_by_its_two_mistakes_and_names_them() -> None:
    status, output = swift("test", EXAMPLE)
    assert status == 1, output
    assert_built_without_python(EXAMPLE)
    outcomes = dict(re.findall(r"Test Case 'PortedLossesTests\.(\w+)' (passed|failed)", output))
    assert outcomes == {
        "testCategoricalCrossentropy": "failed",
        "testHuber": "failed",
        "testTheOthers": "passed",
    }, output
    assert_names(
        message(output, "PortedLossesTests.testCategoricalCrossentropy"),
        "categorical_crossentropy",
        "rescale skipped",
        "Divide p by sum(p) along the class axis, then clip.",
    )
    assert_names(
        message(output, "PortedLossesTests.testHuber"),
        "huber",
        "both branches without 1/2",
        "Halve both branches.",
    )
    passed = message(output, "PortedLossesTests.testTheOthers")
    assert "PASSED: the function answers all " in passed
    assert re.search(r"Skipped cases:\n  \d+  in float64, not float32\n", passed)
    assert "Test sparseCategoricalCrossentropyInSwiftTesting() passed" in output


def test_the_verifier_is_built_without_python() -> None:
    # As README says: it runs from a package that depends on this one, which has no trait.
    status, output = swift("build", EXAMPLE, "--product", "loss-parity")
    assert status == 0, output
    assert "warning" not in output
    assert_built_without_python(EXAMPLE)
    verifier = SCRATCH / EXAMPLE.name / "debug" / "loss-parity"
    run = subprocess.run([verifier, "losses"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_who_depends_on_the_library_gets_nothing_else(tmp_path: Path) -> None:
    # Neither fixtures nor a command line nor Foundation; and it links.
    package = tmp_path / "library-alone"
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
    status, output = swift("build", package)
    assert status == 0, output
    assert "warning" not in output
    assert_built_without_python(package)
    products = SCRATCH / package.name / "debug"
    objects = {
        path.relative_to(products).parts[0].removesuffix(".build")
        for path in products.glob("*.build/**/*.o")
    }
    assert objects == {"CLossKernels", "KerasLosses", "LibraryAlone"}
    assert not list(products.glob("*.resources")) + list(products.glob("*.bundle"))
    program = products / "LibraryAlone"
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    assert "Foundation" not in linked
    subprocess.run([program], capture_output=True, check=True)


def regenerate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command plugin on the repository."""
    return subprocess.run(
        ["swift", "package", "--package-path", REPOSITORY]
        + ["--scratch-path", SCRATCH / "plugin", "--allow-writing-to-package-directory"]
        + ["regenerate-fixtures", *arguments],
        capture_output=True,
        text=True,
        timeout=1500,
    )


def test_the_plugin_passes_arguments_on_and_failures_back() -> None:
    helped = regenerate("--help")
    assert helped.returncode == 0, helped.stderr
    assert "usage: tools/fixtures generate" in helped.stdout
    refused = regenerate("--nonsense")
    assert refused.returncode == 1
    assert "unrecognized arguments: --nonsense" in refused.stdout
    assert "error: tools/fixtures generate ended with status 2" in refused.stderr
