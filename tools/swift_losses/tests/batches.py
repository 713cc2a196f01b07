"""Inputs that every loss takes, and parameters that change its value."""

from __future__ import annotations

from typing import Any

import numpy as np

Arrays = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "Huber": [{"delta": 0.1}],
    "CosineSimilarity": [{"axis": 0}],
    "BinaryCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}],
    "BinaryFocalCrossentropy": [
        {"apply_class_balancing": True},
        {"apply_class_balancing": True, "alpha": 0.9},
        {"gamma": 1.0},
        {"from_logits": True},
        {"label_smoothing": 0.2},
        {"axis": 0},
    ],
    "CategoricalCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}],
    "CategoricalFocalCrossentropy": [
        {"alpha": 0.5},
        {"alpha": [0.1, 0.2, 0.3]},
        {"gamma": 1.0},
        {"from_logits": True},
        {"label_smoothing": 0.2},
        {"axis": 0},
    ],
    "SparseCategoricalCrossentropy": [{"from_logits": True}, {"ignore_class": 1}],
    "CategoricalGeneralizedCrossEntropy": [{"q": 0.25}],
    "Dice": [{"axis": 1}, {"axis": (0,)}],
    "Tversky": [{"alpha": 0.9}, {"beta": 0.9}, {"axis": (1,)}],
    "Circle": [{"gamma": 8.0}, {"margin": 0.1}, {"remove_diagonal": False}],
}
"""By class: parameters each of which changes the losses of `batch`."""


def batch(class_name: str) -> Arrays:
    """Labels and predictions that a loss takes."""
    chance = np.random.default_rng(11)
    y_pred = chance.uniform(0.05, 0.95, size=(4, 3)).astype("float32")
    if class_name in ("SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"):
        return np.array([0, 1, 2, 1]), y_pred
    if class_name == "Circle":
        return np.array([0, 1, 0, 1]), y_pred / np.linalg.norm(y_pred, axis=1, keepdims=True)
    if class_name == "CTC":
        return np.array([[1, 2], [2, 1]]), chance.normal(size=(2, 6, 3)).astype("float32")
    return np.eye(3, dtype="float32")[[0, 1, 2, 1]], y_pred
