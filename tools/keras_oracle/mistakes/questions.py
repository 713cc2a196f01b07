"""Other questions than the one that was asked, for mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..case import Case
from .mistake import Question


def configured(case: Case, **parameters: Any) -> Case | None:
    """The case with other parameters; None where it has them already."""
    changed = replace(case, config={**case.config, **parameters})
    return None if changed.config == case.config else changed


def without(parameter: str, default: Any) -> Question:
    """A port that ignores a parameter, and does what the default does."""

    def asked(case: Case) -> Case | None:
        if case.config.get(parameter, default) == default:
            return None
        return configured(case, **{parameter: default})

    return asked
