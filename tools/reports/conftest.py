"""Two runs whose reports are looked at in every format."""

from __future__ import annotations

import pytest
from report_runs import Run, adapter, verify


@pytest.fixture(scope="session")
def passing(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run in which every case passes, in two dialects."""
    run = verify(
        tmp_path_factory.mktemp("passing"),
        "--loss=huber",
        "--dialect=keras-3.15/jax",
        "--dialect=keras-3.15/torch",
    )
    assert run.status == 0, run.output
    return run


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with a mistake in one loss and another in two; some cases are skipped."""
    run = verify(
        tmp_path_factory.mktemp("failing"),
        "--loss=categorical_crossentropy",
        "--loss=mean_squared_error",
        "--loss=huber",
        "--dialect=keras-3.15/jax",
        "--dialect=tf-keras-2",
        "--command",
        adapter(
            "categorical_crossentropy=rescale_skipped",
            "mean_squared_error=sum_for_mean",
            "huber=sum_for_mean",
        ),
    )
    assert run.status == 1, run.output
    return run
