"""The workflows are read as GitHub reads them, as far as that is known without GitHub."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))


def jobs(workflow: dict[Any, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from workflow["jobs"].items()


def steps(workflow: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for _, job in jobs(workflow):
        yield from job["steps"]


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request: pytest.FixtureRequest) -> dict[Any, Any]:
    return yaml.safe_load(request.param.read_text())


def test_there_are_workflows() -> None:
    assert WORKFLOWS


def test_keys_are_those_of_workflows(workflow: dict[Any, Any]) -> None:
    # YAML 1.1 reads the key `on` as true.
    known = {"name", True, "permissions", "concurrency", "defaults", "env", "jobs"}
    assert set(workflow) <= known
    assert set(workflow[True]) <= {"push", "pull_request", "workflow_dispatch", "schedule"}
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step), step
        assert set(step) <= {"name", "id", "if", "uses", "run", "with", "env", "shell"}, step


def test_rights_and_times_are_bounded(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in jobs(workflow):
        assert 0 < job["timeout-minutes"] <= 120, name
        assert "permissions" not in job, name
        # A fixed image, and a fixed major and minor version of Swift: that of the manifest.
        assert job["runs-on"] == "ubuntu-24.04"
        manifest = (REPOSITORY / "Package.swift").read_text()
        version = re.search(r"swift-tools-version: (\S+)", manifest)
        assert version
        assert job["container"].startswith(f"swift:{version[1]}-"), name


def test_actions_are_pinned_to_commits(workflow: dict[Any, Any]) -> None:
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]), step["uses"]
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_every_script_that_is_run_exists(workflow: dict[Any, Any]) -> None:
    scripts = [
        word
        for step in steps(workflow)
        for word in re.findall(r"(?<![\w/.])tools/[\w/.-]+", step.get("run", ""))
    ]
    assert scripts
    for script in scripts:
        path = REPOSITORY / script
        assert path.is_file(), script
        assert path.stat().st_mode & 0o111, f"{script} is not executable"


def test_nothing_of_strangers_is_put_into_a_shell(workflow: dict[Any, Any]) -> None:
    # Titles and branch names of pull requests would be run as commands.
    for step in steps(workflow):
        assert "${{" not in step.get("run", ""), step
