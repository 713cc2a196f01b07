"""The losses in torch, with its own functions where it has them.

Each takes labels, predictions and `mean` for the reduced loss or `none` for the losses of the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

EPSILON = 1e-7
Formula = Callable[[Any, Any, str], Any]


def _reduced(losses: Any, reduction: str) -> Any:
    return losses.mean() if reduction == "mean" else losses


def _means(losses: Any, reduction: str) -> Any:
    return losses.mean() if reduction == "mean" else losses.mean(-1)


def _function(function: Callable[..., Any], **given: Any) -> Formula:
    """A function of torch, which reduces all elements itself."""

    def losses(t: Any, p: Any, reduction: str) -> Any:
        found = function(p, t, reduction=reduction, **given)
        return found if reduction == "mean" else found.mean(-1)

    return losses


def _clipped(p: Any) -> Any:
    return torch.clamp(p, EPSILON, 1 - EPSILON)


def _categorical(t: Any, p: Any, reduction: str) -> Any:
    logarithms = torch.log(_clipped(p / p.sum(-1, keepdim=True)))
    return _reduced(-(t * logarithms).sum(-1), reduction)


def _sparse(ids: Any, p: Any, reduction: str) -> Any:
    picked = p.gather(-1, ids[:, None])[:, 0]
    return _reduced(-torch.log(_clipped(picked / p.sum(-1))), reduction)


def _cross_entropy(t: Any, x: Any, reduction: str) -> Any:
    return F.cross_entropy(x, t, reduction=reduction)


def _focal(t: Any, p: Any, reduction: str) -> Any:
    miss = 1 - (t * p + (1 - t) * (1 - p))
    return _means(miss * miss * F.binary_cross_entropy(p, t, reduction="none"), reduction)


def _log_cosh(t: Any, p: Any, reduction: str) -> Any:
    size = torch.abs(p - t)
    logarithms = torch.log1p(torch.exp(-2 * size))
    return _means(size + logarithms - 0.6931471805599453, reduction)


def _squared_logarithmic(t: Any, p: Any, reduction: str) -> Any:
    logarithms = torch.log1p(p.clamp(min=EPSILON)) - torch.log1p(t.clamp(min=EPSILON))
    return _means(logarithms * logarithms, reduction)


def _kl_divergence(t: Any, p: Any, reduction: str) -> Any:
    t, p = t.clamp(EPSILON, 1), p.clamp(EPSILON, 1)
    return _reduced((t * torch.log(t / p)).sum(-1), reduction)


def _cosine(t: Any, p: Any, reduction: str) -> Any:
    return _reduced(-F.cosine_similarity(t, p, dim=-1), reduction)


def _percentage(t: Any, p: Any, reduction: str) -> Any:
    return 100 * _means(torch.abs((t - p) / torch.abs(t).clamp(min=EPSILON)), reduction)


def _hinge(t: Any, p: Any, reduction: str) -> Any:
    return _means(torch.relu(1 - t * p), reduction)


def _squared_hinge(t: Any, p: Any, reduction: str) -> Any:
    return _means(torch.relu(1 - t * p) ** 2, reduction)


def _categorical_hinge(t: Any, p: Any, reduction: str) -> Any:
    miss = ((1 - t) * p).amax(-1) - (t * p).sum(-1) + 1
    return _reduced(torch.relu(miss), reduction)


def _dice(t: Any, p: Any, reduction: str) -> Any:
    return 1 - 2 * (t * p).sum() / (t.sum() + p.sum() + EPSILON)


def _tversky(t: Any, p: Any, reduction: str) -> Any:
    common = (t * p).sum()
    missed, wrong = (t * (1 - p)).sum(), (p * (1 - t)).sum()
    return 1 - common / (common + 0.5 * missed + 0.5 * wrong + EPSILON)


FORMULAS: dict[str, Formula] = {
    "categorical_crossentropy": _categorical,
    "sparse_categorical_crossentropy": _sparse,
    "binary_crossentropy": _function(F.binary_cross_entropy),
    "binary_focal_crossentropy": _focal,
    "log_cosh": _log_cosh,
    "mean_squared_logarithmic_error": _squared_logarithmic,
    "kl_divergence": _kl_divergence,
    "poisson": _function(F.poisson_nll_loss, log_input=False, eps=EPSILON),
    "cosine_similarity": _cosine,
    "mean_squared_error": _function(F.mse_loss),
    "mean_absolute_error": _function(F.l1_loss),
    "huber": _function(F.huber_loss),
    "mean_absolute_percentage_error": _percentage,
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
    "categorical_hinge": _categorical_hinge,
    "dice": _dice,
    "tversky": _tversky,
}
FROM_LOGITS: dict[str, Formula] = {
    "categorical_crossentropy": _cross_entropy,
    "sparse_categorical_crossentropy": _cross_entropy,
    "binary_crossentropy": _function(F.binary_cross_entropy_with_logits),
}
