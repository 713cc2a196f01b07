"""The modules that decide a loss's answers: no other module runs when its cases are computed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from keras_oracle.alternatives import Alternatives
from keras_oracle.case_record import LARGEST_DIAGNOSED, case_record
from keras_oracle.cases import CASES
from keras_oracle.mistakes import MISTAKES
from keras_oracle.sources import PACKAGE, modules_of


def _modules_that_run(loss: str) -> set[str]:
    """The modules of which functions are called for some cases of a loss, by their names."""
    small = [case for case in CASES[loss]() if case.y_pred.size <= LARGEST_DIAGNOSED]
    alternatives = Alternatives(loss)
    files: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        for case in small[:: max(len(small) // 6, 1)]:
            case_record(case, alternatives)
    finally:
        sys.setprofile(None)
    of_package = [Path(it) for it in files if Path(it).is_relative_to(PACKAGE)]
    return {".".join(it.relative_to(PACKAGE).with_suffix("").parts) for it in of_package}


@pytest.mark.parametrize("loss", list(CASES))
def test_no_other_module_runs(loss: str) -> None:
    ran = _modules_that_run(loss)
    assert f"losses.{loss}" in ran and "tracked" in ran
    assert ran - {"tests.test_sources"} <= modules_of(loss)


@pytest.mark.parametrize("loss", list(CASES))
def test_every_mistake_is_of_a_module_that_counts(loss: str) -> None:
    modules = modules_of(loss)
    defined = {
        id(mistake)
        for module in modules
        if module.startswith("mistakes.") and not module.endswith("__init__")
        for listed in vars(sys.modules[f"keras_oracle.{module}"]).values()
        if isinstance(listed, tuple)
        for mistake in listed
    }
    assert all(id(it) in defined for it in MISTAKES.values() if loss in it.losses)


def test_a_loss_has_no_modules_of_others() -> None:
    modules = modules_of("huber")
    assert {"losses.huber", "losses._regression", "mistakes.regression", "tracked"} <= modules
    assert modules.isdisjoint({"losses.ctc", "mistakes.sequences", "kill", "regeneration.review"})
