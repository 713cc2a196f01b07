"""What each choice of a dialect means, shown by the smallest case that tells its settings apart."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from . import dialect as dialect_module
from .answer import Answer, answer
from .arithmetic import Array
from .case import Case
from .cases import CASES
from .dialect import DEFAULT, DIALECTS, Dialect
from .tracked import Tracked
from .tracked import difference as difference_of

TOLD_BY = {
    "absolute_value_of_nan": "mean_absolute_error",
    "absolute_value_at_zero": "mean_absolute_error",
    "alpha_list": "categorical_focal_crossentropy",
    "binary_domain": "binary_crossentropy",
    "binary_focal_logits": "binary_focal_crossentropy",
    "binary_logits": "binary_crossentropy",
    "binary_logs": "binary_crossentropy",
    "binary_shapes": "binary_crossentropy",
    "branch_slopes": "binary_crossentropy",
    "categorical_shapes": "categorical_crossentropy",
    "class_dtype": "categorical_crossentropy",
    "class_ranks": "categorical_crossentropy",
    "clip_epsilon": "categorical_crossentropy",
    "clip_tie": "kl_divergence",
    "cosine_floor": "cosine_similarity",
    "cosine_norm": "cosine_similarity",
    "cosine_reduction": "cosine_similarity",
    "cosine_scalars": "cosine_similarity",
    "ctc_impossible": "ctc",
    "empty_losses": "mean_squared_error",
    "empty_maximum": "categorical_hinge",
    "epsilon_in_log": "binary_crossentropy",
    "focal_smoothing_class_count": "categorical_focal_crossentropy",
    "fully_masked": "mean_squared_error",
    "function_ranks": "mean_squared_error",
    "gradients": "mean_squared_error",
    "hinge_labels": "hinge",
    "ignore_class_compared": "sparse_categorical_crossentropy",
    "ignored_class_id": "sparse_categorical_crossentropy",
    "labels_cast": "cosine_similarity",
    "large_class_ids": "categorical_generalized_cross_entropy",
    "log_two": "log_cosh",
    "mask_and_weight": "circle",
    "maximum_of_nan": "hinge",
    "maximum_tie": "hinge",
    "msle_epsilon": "mean_squared_logarithmic_error",
    "nan_class_id": "sparse_categorical_crossentropy",
    "ops_numbers": "kl_divergence",
    "probability_clip_tie": "binary_crossentropy",
    "reduction_names": "mean_squared_error",
    "scalars": "kl_divergence",
    "smoothing_class_count": "categorical_crossentropy",
    "softmax_slope": "categorical_crossentropy",
    "softplus": "log_cosh",
    "sparse_axis": "sparse_categorical_crossentropy",
    "sparse_class_ids": "sparse_categorical_crossentropy",
    "sparse_ids": "sparse_categorical_crossentropy",
    "sparse_rescale": "sparse_categorical_crossentropy",
    "sparse_selection": "sparse_categorical_crossentropy",
    "subnormals": "categorical_crossentropy",
    "tversky_alpha": "tversky",
    "vocabulary": "dice",
    "weight_ranks": "mean_squared_error",
    "zeroth_power_slope": "binary_focal_crossentropy",
}
"""A loss that each choice matters to."""


@dataclass(frozen=True)
class Difference:
    """A case that a dialect answers otherwise because of one choice."""

    choice: str
    dialect: str
    loss: str
    case: Case
    chosen: Answer
    default: Answer
    """What the dialect would answer with the default's setting."""


def choices() -> list[str]:
    """The choices in which the presets differ, in the order of `Dialect`."""
    names = [field.name for field in fields(Dialect) if field.name != "id"]
    return [n for n in names if len({repr(_of(d, n)) for d in DIALECTS.values()}) > 1]


def differing() -> Iterator[tuple[str, str]]:
    """Each preset with each choice that it has otherwise than the default."""
    for dialect in DIALECTS.values():
        for choice in choices():
            if _of(dialect, choice) != _of(DEFAULT, choice):
                yield dialect.id, choice


def difference(dialect: str, choice: str) -> Difference | None:
    """The smallest case that a preset answers otherwise for one of its choices.

    By more than the tolerance, if there is such a case; or else in the last digits.
    """
    preset = DIALECTS[dialect]
    without: Dialect = replace(preset, **{choice: _of(DEFAULT, choice)})
    loss = TOLD_BY[choice]
    nearly: Difference | None = None
    for case in sorted(CASES[loss](), key=_effort):
        if case.y_pred.size >= 1000:
            continue
        chosen, default = answer(loss, preset, case), answer(loss, without, case)
        found = Difference(choice, dialect, loss, case, chosen, default)
        if _are_apart(chosen, default):
            return found
        if nearly is None and _outcome(chosen) != _outcome(default):
            nearly = found
    return nearly


def _are_apart(first: Answer, second: Answer) -> bool:
    """Whether no answer can be right for both."""
    if first.error or second.error:
        return first.error != second.error
    return any(
        mine is None
        or theirs is None
        or mine.shape != theirs.shape
        or any(_is_apart(a, b) for a, b in zip(mine.ravel(), theirs.ravel()))
        for mine, theirs in (
            (first.value, second.value),
            (first.gradient, second.gradient),
        )
        if mine is not None or theirs is not None
    )


def _is_apart(first: Tracked, second: Tracked) -> bool:
    if not (first.value.is_finite() and second.value.is_finite()):
        return str(first.value) != str(second.value)
    return abs(difference_of(first.value, second.value)) > first.bound + second.bound


def _effort(case: Case) -> tuple[int, int, bool]:
    """Among cases of one size, plain float32 ones first."""
    size = sum(array.size for array in case.inputs.values())
    return size, len(case.config), case.dtype != "float32"


def explanation() -> Iterator[str]:
    """Lines that tell each choice: what it means, who chose what, and the case that shows it."""
    meanings = _meanings()
    for choice in choices():
        yield f"{choice}: {meanings[choice]}"
        by_setting: dict[str, list[str]] = {}
        for dialect in DIALECTS.values():
            by_setting.setdefault(repr(_of(dialect, choice)), []).append(dialect.id)
        for setting, ids in by_setting.items():
            yield f"  {setting}: {', '.join(ids)}"
            if setting != repr(_of(DEFAULT, choice)):
                yield from _shown(difference(ids[0], choice))
        yield ""


def _shown(shown: Difference | None) -> Iterator[str]:
    if shown is None:
        return
    case = shown.case
    arguments = [f"{name}={_text(array)}" for name, array in case.inputs.items()]
    arguments += [f"{name}={value!r}" for name, value in case.config.items()]
    yield f"    {shown.loss}, {case.form}, {case.dtype}: {', '.join(arguments)}"
    yield f"      {_answer_text(shown.chosen)}, where the default's setting gives"
    yield f"      {_answer_text(shown.default)}"


def _answer_text(given: Answer) -> str:
    if given.error:
        return f"the error {given.error}"
    parts = {"value": given.value, "gradient": given.gradient}
    return ", ".join(f"{name} {_numbers(it)}" for name, it in parts.items() if it is not None)


def _numbers(numbers: Array) -> str:
    return _text(np.array([float(n.value) for n in numbers.ravel()]).reshape(numbers.shape))


def _text(array: Array) -> str:
    rounded = np.vectorize(lambda x: float(f"{float(x):.9g}"), otypes=[float])(array)
    kept = array if array.dtype.kind in "iub" else rounded if array.size else array
    return json.dumps(kept.tolist())


def _meanings() -> dict[str, str]:
    """The first paragraph of each choice's documentation, of those in which presets differ."""
    (definition,) = (
        node
        for node in ast.parse(inspect.getsource(dialect_module)).body
        if isinstance(node, ast.ClassDef)
    )
    meanings = {}
    for node, following in zip(definition.body, definition.body[1:]):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            meanings[node.target.id] = str(following.value.value).strip().split("\n")[0]
    return meanings


def _of(dialect: Dialect, choice: str) -> Any:
    return getattr(dialect, choice)


def _outcome(given: Answer) -> Any:
    """The answer as goldens have it: rounded, with a tolerance."""

    def texts(numbers: Array | None) -> Any:
        if numbers is None:
            return None
        written = [f"{number.value:.17g} {number.bound:.2e}" for number in numbers.ravel()]
        return numbers.shape, written

    return given.error, texts(given.value), texts(given.gradient)
