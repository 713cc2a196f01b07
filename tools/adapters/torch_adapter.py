"""Answers cases with torch.nn.functional, called as a port from Keras calls it.

Its conventions are torch's, not Keras's: no clip, no rank repair, an epsilon of its own where torch
has one. What differs from Keras is what this adapter is there to show. Losses that torch lacks are
`unsupported` (loss-parity/answer/1).

usage: torch_adapter.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from protocol import Losses, Request, UnsupportedError, arrays, serve, summary

Tensor = torch.Tensor


def compute(request: Request) -> Losses:
    """The losses and, where the request asks for it, their gradient."""
    inputs = {name: tensor(value) for name, value in arrays(request).items()}
    dtype = getattr(torch, request["dtype"])
    losses = question(request, inputs, dtype)
    y_pred = inputs["y_pred"].to(dtype).requires_grad_()
    value = losses(y_pred)
    if not request.get("gradient"):
        return Losses(array(value))
    try:
        (gradient,) = torch.autograd.grad(value.sum(), y_pred)
    except Exception as error:  # the value is an answer without it
        print(f"{request['id']}: no gradient: {summary(error)}", file=sys.stderr)
        return Losses(array(value))
    return Losses(array(value), array(gradient))


def question(
    request: Request, inputs: dict[str, Tensor], dtype: torch.dtype
) -> Callable[[Tensor], Tensor]:
    """The loss that a request names, weighted and reduced, as a function of y_pred."""
    loss, config = request["loss"], dict(request["config"])
    if loss not in LOSSES:
        raise UnsupportedError(f"torch.nn.functional has no {loss}")
    if "mask" in inputs:
        raise UnsupportedError("torch's losses take no mask")
    reduction = config.pop("reduction", "sum_over_batch_size") or "none"
    if request["form"] == "function":
        reduction = "none"
    if reduction not in REDUCTIONS:
        raise UnsupportedError(f"torch's losses have no reduction {reduction}")
    weight = inputs["sample_weight"].to(dtype) if "sample_weight" in inputs else None
    y_true = inputs["y_true"]
    if loss not in TAKE_CLASS_IDS:
        y_true = y_true.to(dtype)

    def losses(y_pred: Tensor) -> Tensor:
        unreduced = LOSSES[loss](y_true, y_pred, **config)
        return REDUCTIONS[reduction](unreduced if weight is None else unreduced * weight)

    return losses


REDUCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "none": lambda losses: losses,
    "sum": torch.sum,
    "sum_over_batch_size": torch.mean,
    "mean": torch.mean,
}
"""Keras's reductions that torch has as well."""


def mean_squared_error(t: Tensor, p: Tensor) -> Tensor:
    """`mse_loss`, averaged over the last axis."""
    return F.mse_loss(p, t, reduction="none").mean(-1)


def mean_absolute_error(t: Tensor, p: Tensor) -> Tensor:
    """`l1_loss`, averaged over the last axis."""
    return F.l1_loss(p, t, reduction="none").mean(-1)


def huber(t: Tensor, p: Tensor, delta: float = 1.0) -> Tensor:
    """`huber_loss`, averaged over the last axis."""
    return F.huber_loss(p, t, reduction="none", delta=delta).mean(-1)


def cosine_similarity(t: Tensor, p: Tensor, axis: int = -1) -> Tensor:
    """`cosine_similarity`, negated; its epsilon is 1e-8."""
    return -F.cosine_similarity(t, p, dim=axis)


def kl_divergence(t: Tensor, p: Tensor) -> Tensor:
    """`kl_div` of log(p), summed over the last axis."""
    return F.kl_div(p.log(), t, reduction="none").sum(-1)


def poisson(t: Tensor, p: Tensor) -> Tensor:
    """`poisson_nll_loss` of rates, averaged over the last axis; its epsilon is 1e-8."""
    return F.poisson_nll_loss(p, t, log_input=False, reduction="none").mean(-1)


def binary_crossentropy(
    t: Tensor, p: Tensor, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """`binary_cross_entropy`, whose logarithms end at -100, or `..._with_logits`."""
    if label_smoothing:
        raise UnsupportedError("torch's binary_cross_entropy has no label smoothing")
    function = F.binary_cross_entropy_with_logits if from_logits else F.binary_cross_entropy
    return function(p, t, reduction="none").mean(axis)


def categorical_crossentropy(
    t: Tensor, p: Tensor, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """`cross_entropy` of logits, or of log(p), which divides p by its sum as Keras does."""
    logits = p if from_logits else p.log()
    return F.cross_entropy(
        class_axis_second(logits, axis),
        class_axis_second(t, axis),
        reduction="none",
        label_smoothing=label_smoothing,
    )


def sparse_categorical_crossentropy(
    t: Tensor,
    p: Tensor,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """`cross_entropy` of logits, or `nll_loss` of log(p), which leaves p's sum as it is."""
    function, scores = (F.cross_entropy, p) if from_logits else (F.nll_loss, p.log())
    ignored = -100 if ignore_class is None else ignore_class
    return function(
        class_axis_second(scores, axis), t.long(), ignore_index=ignored, reduction="none"
    )


def ctc(t: Tensor, p: Tensor) -> Tensor:
    """`ctc_loss` of log_softmax(p); class 0 is blank and padding."""
    samples, steps, _ = p.shape
    labels = t.long()
    return F.ctc_loss(
        p.log_softmax(-1).transpose(0, 1),
        labels,
        input_lengths=torch.full((samples,), steps),
        target_lengths=(labels != 0).sum(-1),
        reduction="none",
    )


def class_axis_second(scores: Tensor, axis: int) -> Tensor:
    """The classes where torch has them: on axis 1, behind the samples."""
    return scores if scores.ndim < 2 else scores.movedim(axis, 1)


LOSSES: dict[str, Callable[..., Tensor]] = {
    loss.__name__: loss
    for loss in (
        mean_squared_error,
        mean_absolute_error,
        huber,
        cosine_similarity,
        kl_divergence,
        poisson,
        binary_crossentropy,
        categorical_crossentropy,
        sparse_categorical_crossentropy,
        ctc,
    )
}
"""The losses of Keras that torch.nn.functional has."""

TAKE_CLASS_IDS = ("sparse_categorical_crossentropy", "ctc")
"""Losses whose labels are class ids, not numbers of the dtype."""


def tensor(value: Any) -> Tensor:
    """An array as a tensor."""
    if value.dtype.name == "bfloat16":
        # torch takes no foreign dtype of NumPy; every bfloat16 is a float32.
        return torch.from_numpy(value.astype("float32")).to(torch.bfloat16)
    return torch.from_numpy(value)


def array(value: Tensor) -> Any:
    """A tensor as an array."""
    value = value.detach()
    if value.dtype == torch.bfloat16:
        import ml_dtypes

        return value.to(torch.float32).numpy().astype(ml_dtypes.bfloat16)
    return value.numpy()


if __name__ == "__main__":
    serve(compute)
