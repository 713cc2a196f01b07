"""What each flag of a case means."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from .questions import FLAG, links

_QUESTION = "https://stackoverflow.com/questions/68427532"

NOTES: dict[str, dict[str, Any]] = {
    "unnormalised_rows": {
        "kind": "missing_step",
        "description": "Rows of y_pred that do not sum to 1: Keras divides by the sum first.",
        "links": [_QUESTION],
    },
    "saturated": {
        "kind": "missing_step",
        "description": "Probabilities beyond [epsilon, 1 - epsilon], where Keras clips.",
        "links": [_QUESTION, "https://github.com/keras-team/keras/issues/15249"],
    },
    "question": {
        "kind": "basic",
        "description": "Numbers that somebody asked about.",
        "links": [_QUESTION],
    },
    "logits": {
        "kind": "basic",
        "description": "y_pred holds logits.",
        "links": [],
    },
    "label_smoothing": {
        "kind": "modified_parameter",
        "description": "Labels are smoothed; the class count is that of the last axis.",
        "links": [],
    },
    "axis": {
        "kind": "axis_layout",
        "description": "The classes are not on the last axis, or the axis is spelt another way.",
        "links": [],
    },
    "reduction": {
        "kind": "reduction",
        "description": "How the losses of the batch are combined.",
        "links": [],
    },
    "weighted": {
        "kind": "reduction",
        "description": "With sample_weight.",
        "links": [],
    },
    "masked": {
        "kind": "reduction",
        "description": "With a mask: sum_over_batch_size divides by the number of kept losses.",
        "links": [],
    },
    "ignore_class": {
        "kind": "modified_parameter",
        "description": "Positions of one class id are left out, and out of the mean's divisor.",
        "links": [],
    },
    "class_id_out_of_range": {
        "kind": "edge_case",
        "description": "Ids that are no class: on JAX they match nothing and cost 0.",
        "links": [],
    },
    "rank_repair": {
        "kind": "axis_layout",
        "description": "Ranks that differ by one: Keras adds or removes a trailing axis of 1.",
        "links": [],
    },
    "special_value": {
        "kind": "special_value",
        "description": "NaN, infinities, zero rows, subnormals.",
        "links": [],
    },
    "empty": {
        "kind": "edge_case",
        "description": "No samples or no classes.",
        "links": [],
    },
    "dtype": {
        "kind": "dtype",
        "description": "Inputs of another dtype than the loss computes in.",
        "links": [],
    },
    "half_precision": {
        "kind": "dtype",
        "description": "In float16 or bfloat16: constants are rounded to the dtype.",
        "links": [],
    },
    "invalid_input": {
        "kind": "invalid_input",
        "description": "Arguments that Keras refuses.",
        "links": [],
    },
    "pseudorandom": {
        "kind": "pseudorandom",
        "description": "Drawn from a generator whose seed is the case's id.",
        "links": [],
    },
    "parameter": {
        "kind": "modified_parameter",
        "description": "A parameter of the loss other than Keras's default.",
        "links": [],
    },
    "references": {
        "kind": "modified_parameter",
        "description": "Circle's function against reference embeddings, not the batch's own.",
        "links": [],
    },
    "cancellation": {
        "kind": "edge_case",
        "description": "The result is the small difference of larger numbers.",
        "links": [],
    },
    "hinge_labels": {
        "kind": "missing_step",
        "description": "Labels of 0 and 1 become -1 and 1, if all labels of the call are such.",
        "links": [],
    },
    "edge_case": {
        "kind": "edge_case",
        "description": "Inputs at the edge of what the loss is made for.",
        "links": [],
    },
    "basic": {
        "kind": "basic",
        "description": "Nothing special.",
        "links": [],
    },
}
"""Notes by flag: kind, description, links to where people met it."""


def notes(loss: str, used: Set[str]) -> dict[str, dict[str, Any]]:
    """The notes of the flags that a loss's cases use; with where its questions were asked."""
    found = {flag: note for flag, note in NOTES.items() if flag in used}
    asked = links(loss)
    if asked:
        known = found[FLAG]
        found[FLAG] = {**known, "links": list(dict.fromkeys([*known["links"], *asked]))}
    return found
