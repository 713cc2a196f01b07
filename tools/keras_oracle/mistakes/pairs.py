"""Pairs of mistakes that people really make together."""

from __future__ import annotations

PAIRS: tuple[tuple[str, str], ...] = (("rescale_skipped", "sum_for_mean"),)
"""Ids of mistakes; the first is made before the second."""
