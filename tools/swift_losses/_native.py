"""The extension module: everything that is computed, is computed there."""

from __future__ import annotations

from pathlib import Path

try:
    from . import _swift_losses as native
except ImportError as error:
    build = Path(__file__).with_name("build")
    raise ImportError(
        f"swift_losses needs its extension module, which did not load ({error}); build it: {build}"
    ) from error

LossError = native.LossError

__all__ = ["LossError", "native"]
