"""Real Keras as the reference of `loss-parity live --against keras-BACKEND`, in the same process.

KERAS_BACKEND names the backend before this module is imported.
"""

from __future__ import annotations

import contextlib
import json
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import keras
import ml_dtypes
import numpy as np
from keras_adapter import jax_precision, keep_float64, value_and_gradient
from protocol import Array

from keras_oracle import live

BACKEND = os.environ["KERAS_BACKEND"]
EXPLAINED = [
    it
    for it in json.loads(Path(__file__).with_name("explained.json").read_text())
    if it["dialect"] == f"keras-3.15/{BACKEND}"
]
"""Why Keras differs from its own formulas: what the audit explains."""

if BACKEND == "jax":
    import jax

    # Operations are compiled for each shape, which takes a hundred times as long as a question:
    # what one process compiled for the few shapes that are asked is there for the next.
    folder = Path(__file__).resolve().parents[2] / ".venv-audit" / "jax-cache"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)

if BACKEND in ("jax", "torch"):
    # As tools/audit: otherwise means of float64 are those of float32.
    keep_float64()


def answered(
    loss: str,
    dialect: str,
    form: str,
    dtype: str,
    config: dict[str, Any],
    inputs: dict[str, Array],
    gradient: bool = True,
) -> dict[str, Any]:
    """What Keras gives to a call, as `keras_oracle.live.answered` says it.

    The tolerance is twice the oracle's: Keras may be off by it to one side, and whoever is compared
    to the other. What Keras refuses has the oracle's code, or else `unknown`. Undecided is what the
    audit explains, what Keras answers in another dtype, and what it accepts by broadcasting while
    the oracle refuses it: there is no bound for that. Gradients by predictions of another dtype
    have that dtype's numbers, and are not compared.
    """
    oracle = live.answered(loss, dialect, form, dtype, config, inputs, gradient)
    if "undecided" in oracle:
        return oracle
    reasons = _explained(loss, form, dtype)
    if "value" in reasons:
        return {"undecided": reasons["value"]}
    # Copies: the arrays are lent for this call alone, and backends keep what they are given.
    own = {name: _owned(array, dtype) for name, array in inputs.items()}
    asks = bool(
        gradient
        and oracle.get("gradient") is not None
        and "gradient" not in reasons
        and own["y_pred"].dtype.name == dtype
    )
    request = {
        "id": loss,
        "loss": loss,
        "form": form,
        "dtype": dtype,
        "config": live.parameters(config),
        "gradient": asks,
    }
    precision = jax_precision(dtype) if BACKEND == "jax" else contextlib.nullcontext()
    try:
        with precision, np.errstate(all="ignore"):
            losses = value_and_gradient(keras, BACKEND, request, own)
    except Exception as error:  # whatever is raised is the answer
        return {"error": oracle.get("error", "unknown"), "message": str(error)}
    if "error" in oracle:
        return {"undecided": f"Keras accepts what the oracle refuses: {oracle['error']}"}
    value = np.asarray(losses.value)
    if value.dtype.name != dtype:
        return {"undecided": f"Keras answers in {value.dtype.name}"}
    reply = {
        "value": _held(value),
        "tolerance": _doubled(oracle["tolerance"], value),
        "gradient": None,
        "gradient_tolerance": None,
        "edges": None,
    }
    if asks and losses.gradient is not None:
        reply["gradient"] = _held(np.asarray(losses.gradient))
        reply["gradient_tolerance"] = _doubled(oracle["gradient_tolerance"], losses.gradient)
        reply["edges"] = oracle["edges"]
    return reply


def _explained(loss: str, form: str, dtype: str) -> dict[str, str]:
    """The audit's reasons for such cases, by the part that they are about."""
    id = f"{loss}.live.{form}.{dtype}"
    return {it["part"]: it["reason"] for it in EXPLAINED if fnmatchcase(id, it["case"])}


def _owned(array: Array, dtype: str) -> Array:
    """A copy; in a question of bfloat16, float32 stands for that."""
    if dtype == "bfloat16" and array.dtype == np.float32:
        return array.astype(ml_dtypes.bfloat16)
    return np.array(array)


def _held(array: Array) -> Array:
    """Numbers as replies hold them: those of bfloat16 in float32."""
    array = np.ascontiguousarray(array).reshape(array.shape)
    return array.astype(np.float32) if array.dtype == ml_dtypes.bfloat16 else array


def _doubled(tolerance: Array, value: Array) -> Array:
    """Twice a tolerance; for another shape, everything is allowed."""
    if tolerance.shape != value.shape:
        return np.full(value.shape, np.inf)
    return 2 * tolerance
