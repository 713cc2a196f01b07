"""torch, as it runs without compiling."""

from __future__ import annotations

import torch

from ..workloads import GRADIENT, LOSSES, Workload
from .peer import Array, Call
from .torch_formulas import FORMULAS, FROM_LOGITS, Formula


class TorchPeer:
    """Computes with torch."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The formula on tensors; the gradient by autograd."""
        losses = formula(workload)
        t, p = tensors(workload, labels, predictions)
        if workload.quantity == LOSSES:
            return lambda: losses(t, p, "none")
        if workload.quantity != GRADIENT:
            return lambda: losses(t, p, "mean")
        p.requires_grad_()

        def value_and_gradient() -> tuple[torch.Tensor, torch.Tensor]:
            value = losses(t, p, "mean")
            return value.detach(), torch.autograd.grad(value, p)[0]

        return value_and_gradient

    def version(self) -> str:
        """The version of torch."""
        return f"torch {torch.__version__}"


def formula(workload: Workload) -> Formula:
    """The formula of a workload's loss."""
    return (FROM_LOGITS if workload.from_logits else FORMULAS)[workload.loss]


def tensors(
    workload: Workload, labels: Array, predictions: Array
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tensors on the memory of arrays; class ids of the dtype that torch wants."""
    t = torch.from_numpy(labels)
    return (t.long() if workload.is_sparse else t), torch.from_numpy(predictions)


def peer(threads: int, dtype: str) -> TorchPeer:
    """Creates the peer."""
    return TorchPeer(threads)
