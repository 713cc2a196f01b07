"""A batch for tests that need no loss of a certain kind."""

from __future__ import annotations

import pytest
from batches import Arrays, batch


@pytest.fixture
def digits() -> Arrays:
    """Labels and predictions of classes."""
    return batch("CategoricalCrossentropy")
