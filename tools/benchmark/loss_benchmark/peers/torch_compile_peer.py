"""torch, compiled: value and gradient in one graph."""

from __future__ import annotations

from typing import Any

import torch

from ..workloads import GRADIENT, LOSSES, Workload
from .peer import Array, Call
from .torch_peer import TorchPeer, formula, tensors


class TorchCompilePeer(TorchPeer):
    """Computes with `torch.compile`."""

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The formula, compiled for the shape."""
        torch._dynamo.reset()
        losses = formula(workload)
        t, p = tensors(workload, labels, predictions)
        reduction = "none" if workload.quantity == LOSSES else "mean"

        def loss(p: Any, t: Any) -> Any:
            return losses(t, p, reduction)

        if workload.quantity == GRADIENT:
            compiled = torch.compile(torch.func.grad_and_value(loss), dynamic=False)

            def value_and_gradient() -> Any:
                gradient, value = compiled(p, t)
                return value, gradient

            return value_and_gradient
        function = torch.compile(loss, dynamic=False)

        def call() -> Any:
            with torch.no_grad():
                return function(p, t)

        return call


def peer(threads: int, dtype: str) -> TorchCompilePeer:
    """Creates the peer."""
    return TorchCompilePeer(threads)
