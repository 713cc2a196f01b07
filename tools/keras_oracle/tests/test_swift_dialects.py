"""The dialects of the Swift library: the same presets, the same choices, the same settings."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, fields
from typing import Any

import pytest

from keras_oracle.dialect import DEFAULT, DIALECTS, Dialect
from keras_oracle.steps import Steps

ORACLE_ALONE = {"id"} | {field.name for field in fields(Steps)}
"""What no Keras does otherwise: choices for mistakes, which the Swift library has no need of."""


@pytest.fixture(scope="module")
def swift_dialects() -> dict[str, dict[str, Any]]:
    """What `loss-parity dialects --json` lists; LOSS_PARITY is the path of the executable."""
    executable = os.environ.get("LOSS_PARITY")
    if not executable:
        pytest.skip("LOSS_PARITY, the path of the built loss-parity, is not set")
    listed = subprocess.run(
        [executable, "dialects", "--json"], check=True, capture_output=True, text=True
    )
    return json.loads(listed.stdout)


def _choices(dialect: Dialect) -> dict[str, Any]:
    return {name: value for name, value in asdict(dialect).items() if name not in ORACLE_ALONE}


def test_swift_has_the_same_presets(swift_dialects: dict[str, dict[str, Any]]) -> None:
    assert set(swift_dialects) == set(DIALECTS)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.id)
def test_swift_makes_the_same_choices(
    dialect: Dialect, swift_dialects: dict[str, dict[str, Any]]
) -> None:
    assert swift_dialects[dialect.id] == _choices(dialect)


@pytest.mark.parametrize("choice", sorted(ORACLE_ALONE - {"id"}))
def test_no_preset_differs_in_what_swift_has_not(choice: str) -> None:
    assert {getattr(dialect, choice) for dialect in DIALECTS.values()} == {getattr(DEFAULT, choice)}
