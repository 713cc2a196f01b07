"""The steps of a loss that every Keras takes alike: a mistake is another setting of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Choices in which no preset of `Dialect` differs from another, but careless ports do."""

    epsilon: float = 1e-7
    """Keras's fuzz factor, `keras.config.epsilon()`; quantised to the dtype where it is used."""

    rescale: Literal["before_clip", "after_clip", "skipped"] = "before_clip"
    """Whether, and when, categorical crossentropy divides each row of y_pred by its sum."""

    clip: Literal["both", "low_only", "skipped"] = "both"
    """Which limits of [epsilon, 1 - epsilon] probabilities are clipped to."""
