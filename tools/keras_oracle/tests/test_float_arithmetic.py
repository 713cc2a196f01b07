"""Plain NumPy: it answers as the exact arithmetic does, but for rounding inside the tolerances."""

from __future__ import annotations

from functools import partial
from itertools import islice

import numpy as np
import pytest

from keras_oracle.answer import Answer, answer, dtype_of, plain_answer
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, DIALECTS, Dialect
from keras_oracle.float_arithmetic import DTYPES, FloatArithmetic
from keras_oracle.golden import Golden
from keras_oracle.losses import LOSSES
from keras_oracle.memory import Memory
from keras_oracle.mistakes import MISTAKES, mistakes_of
from keras_oracle.tracked import UnstableError

SMALL = 64
"""Cases of at most as many predictions are compared."""


def _small_cases(loss: str) -> list[Case]:
    return [
        case
        for case in CASES[loss]()
        if case.y_pred.size <= SMALL and dtype_of(case) in ("float32", "float64")
    ]


def _exact(loss: str, case: Case, dialect: Dialect) -> Answer:
    return answer(loss, dialect, case, gradient=False)


def _agree(plain: Answer, exact: Answer, dtype: str) -> bool:
    """Whether a plain answer has the shape, and lies inside the tolerances."""
    if plain.value is None or exact.value is None:
        return plain.error == exact.error
    golden = Golden.of(exact.value, dtype)
    if plain.value.shape != golden.values.shape:
        return False
    return bool(
        np.all(
            np.isclose(plain.value, golden.values, rtol=0, atol=golden.tolerance, equal_nan=True)
        )
    )


@pytest.mark.parametrize("loss", list(LOSSES))
def test_numpy_lies_inside_the_tolerances_of_every_dialect(loss: str) -> None:
    rounded = 0
    memory = Memory()
    for case in _small_cases(loss):
        for dialect in DIALECTS.values():
            plain = plain_answer(loss, dialect, case)
            exact = memory.recall(case.id, dialect, partial(_exact, loss, case))
            assert _agree(plain, exact, dtype_of(case)), (case.id, dialect.id)
            if plain.value is not None:
                assert plain.value.dtype == dtype_of(case), (case.id, dialect.id)
                numbers = [float(number.value) for number in exact.value.ravel()]
                rounded += np.any(plain.value.astype(np.float64).ravel() != numbers)
    # Were no answer rounded, being inside would show nothing.
    assert rounded > 20


@pytest.mark.parametrize("loss", list(LOSSES))
def test_mistakes_are_made_in_numpy_as_in_exact_arithmetic(loss: str) -> None:
    compared = set()
    for mistake in mistakes_of(loss):
        wrong = mistake.in_dialect(DEFAULT)
        if wrong is None or mistake.id not in MISTAKES:
            continue
        asked = (mistake.of(case) for case in _small_cases(loss) if case.dtype == "float32")
        computable = (it for it in asked if it is not None and dtype_of(it) in DTYPES)
        for case in islice(computable, 4):
            try:
                exact = _exact(loss, case, wrong)
                agree = _agree(plain_answer(loss, wrong, case), exact, dtype_of(case))
            except UnstableError:
                continue
            assert agree, (mistake.id, case.id)
            compared.add(mistake.id)
    assert len(compared) >= 2


def test_stages_are_arrays_of_the_dtype() -> None:
    case = next(it for it in _small_cases("categorical_crossentropy") if it.dtype == "float32")
    exact = answer("categorical_crossentropy", DEFAULT, case, gradient=False, stages=True)
    plain = plain_answer("categorical_crossentropy", DEFAULT, case, stages=True)
    assert exact.stages and plain.stages and list(plain.stages) == list(exact.stages)
    for name, values in plain.stages.items():
        assert values.dtype == np.float32 and values.shape == exact.stages[name].shape


def test_subnormal_inputs_are_flushed_where_the_dialect_does() -> None:
    subnormal = np.array([1e-40, 1.0], np.float32)
    flushed = FloatArithmetic("float32", DIALECTS["keras-3.15/jax"]).array(-subnormal)
    np.testing.assert_array_equal(flushed, np.array([0, -1], np.float32))
    assert np.signbit(flushed).all()
    kept = FloatArithmetic("float32", DIALECTS["keras-3.15/numpy"]).array(subnormal)
    np.testing.assert_array_equal(kept, subnormal)


def test_numpy_has_no_bfloat16() -> None:
    with pytest.raises(ValueError, match="bfloat16"):
        FloatArithmetic("bfloat16", DEFAULT)
