"""The closed set of errors that a fixture may expect."""

from __future__ import annotations

ERROR_CODES: tuple[str, ...] = (
    "invalid_shape",
    "shape_mismatch",
    "rank_too_low",
    "axis_out_of_range",
    "weight_not_broadcastable",
    "invalid_parameter",
    "class_id_out_of_range",
    "value_out_of_range",
    "not_in_dialect",
)


class LossError(Exception):
    """A loss has no answer; `code` is one of ERROR_CODES."""

    def __init__(self, code: str, message: str) -> None:
        assert code in ERROR_CODES, code
        super().__init__(message)
        self.code = code
