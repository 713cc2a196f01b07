"""What a loss gives before weights and reduction."""

from __future__ import annotations

from typing import NamedTuple

from .arithmetic import Array


class Unreduced(NamedTuple):
    """One loss for each sample, and which of them count where the loss decides that."""

    losses: Array
    mask: Array | None = None
