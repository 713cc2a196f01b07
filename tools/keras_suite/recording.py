"""A plugin of pytest: writes each test's outcome, and how often it called a loss, as JSON.

usage: pytest -p keras_suite.recording --losses keras|swift --record FILE
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest


class Recorder:
    """What became of each test."""

    def __init__(self, file: Path, calls: Callable[[], int]) -> None:
        self.file = file
        self.calls = calls
        self.tests: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Counts the calls of one test."""
        before = self.calls()
        try:
            return (yield)
        finally:
            self.test(item.nodeid)["calls"] = self.calls() - before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes what pytest says: a test fails also where its preparation does."""
        if report.when == "call" or report.outcome != "passed":
            self.test(report.nodeid)["outcome"] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Writes the record."""
        self.file.write_text(json.dumps(self.tests))

    def test(self, node: str) -> dict[str, Any]:
        """The record of a test: by the file's name, wherever Keras is installed."""
        return self.tests.setdefault(node.rpartition("/")[2], {"outcome": "missing", "calls": 0})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    parser.addoption("--losses", choices=["keras", "swift"], required=True)
    parser.addoption("--dialect", help="The Keras that swift_losses follows.")
    parser.addoption("--record", type=Path, required=True)


def pytest_configure(config: pytest.Config) -> None:
    """Replaces or counts the losses before a test imports them."""
    if config.getoption("losses") == "keras":
        from keras_suite.counting import count_losses

        calls = count_losses()
    else:
        import swift_losses
        from keras_suite.replacement import replace_losses
        from swift_losses._native import native

        replace_losses()
        calls = native.calls
        if config.getoption("dialect"):
            scope = ExitStack()
            scope.enter_context(swift_losses.dialect(config.getoption("dialect")))
            config.add_cleanup(scope.close)
    config.pluginmanager.register(Recorder(config.getoption("record"), calls))
