"""Mistakes that no input tells apart, each with the proof."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indistinguishable:
    """Mistakes that give the same on every input; a single one gives what Keras gives."""

    losses: tuple[str, ...]
    mistakes: tuple[str, ...]
    proof: str
    dialects: tuple[str, ...] = ()
    """Where this holds; everywhere if there are none."""


INDISTINGUISHABLE: tuple[Indistinguishable, ...] = ()
