"""How diagnoses of planted mistakes are judged, and one run with the verifier."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import planted
import pytest


def _diagnosis(*causes: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"causes": [{"verdict": verdict, "candidates": named} for verdict, named in causes]}


RIGHT = {"mistakes": ["a"]}


@pytest.mark.parametrize(
    ("diagnosis", "verdict"),
    [
        (None, "not caught"),
        (_diagnosis(("explained", [RIGHT])), "exact"),
        (_diagnosis(("explained", [RIGHT, {"dialect": "keras-1"}])), "exact"),
        (_diagnosis(("explained", [RIGHT, {"mistakes": ["b"]}])), "ambiguous"),
        (_diagnosis(("explained", [{"dialect": "tf-keras-2"}])), "exact"),
        (_diagnosis(("explained", [{"dialect": "keras-1"}])), "wrong"),
        (_diagnosis(("explained", [{"mistakes": ["b"]}])), "wrong"),
        (_diagnosis(("explained", [{"mistakes": ["a", "b"]}])), "wrong"),
        (_diagnosis(("ambiguous", [RIGHT, {"mistakes": ["b"]}])), "ambiguous"),
        (_diagnosis(("ambiguous", [{"mistakes": ["b"]}])), "wrong"),
        (_diagnosis(("partial", [RIGHT]), ("unexplained", [])), "partial"),
        (_diagnosis(("unexplained", [])), "unexplained"),
        (_diagnosis(("numerics", [])), "unexplained"),
    ],
)
def test_verdicts(diagnosis: dict[str, Any] | None, verdict: str) -> None:
    assert planted._verdict("a", diagnosis, lambda _: {"tf-keras-2"})[0] == verdict


@pytest.mark.skipif("LOSS_PARITY" not in os.environ, reason="needs the built verifier")
def test_a_planted_mistake_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier = Path(os.environ["LOSS_PARITY"])
    monkeypatch.setattr(
        sys, "argv", ["planted", f"--verifier={verifier}", "--loss=huber", "--sample=20"]
    )
    assert planted.main() == 0
    assert "planted mistakes are named alone (100.0%)" in capsys.readouterr().out
