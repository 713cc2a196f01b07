"""Writing the losses as graphs of ONNX."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..workloads import LOSSES, Workload

EPSILON = 1e-7


class Graph:
    """A graph that grows node by node; `t` and `p` are its inputs."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.dtype = np.dtype(workload.dtype)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def __call__(self, op: str, *inputs: str | float, **attributes: object) -> str:
        """The output of a node; numbers become constants."""
        names = [one if isinstance(one, str) else self.number(one) for one in inputs]
        output = f"{op}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, names, [output], **attributes))
        return output

    def number(self, value: float) -> str:
        """A constant of the loss's dtype."""
        return self.constant(np.array(value, self.dtype))

    def axes(self, *axes: int) -> str:
        """A constant list of axes."""
        return self.constant(np.array(axes, np.int64))

    def constant(self, array: np.ndarray) -> str:
        """A constant array."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def row_sums(self, x: str, keep: bool = False) -> str:
        """Sums along the last axis."""
        return self("ReduceSum", x, self.axes(-1), keepdims=int(keep))

    def row_means(self, x: str) -> str:
        """Means along the last axis, where no mean of everything follows."""
        if self.workload.quantity == LOSSES:
            return self("ReduceMean", x, self.axes(-1), keepdims=0)
        return x

    def model(self, losses: str) -> bytes:
        """The graph as a model with one output: the losses, or their mean."""
        if self.workload.quantity != LOSSES:
            losses = self("ReduceMean", losses, keepdims=0)
        kind = helper.np_dtype_to_tensor_dtype(self.dtype)
        shape = [self.workload.rows, self.workload.columns]
        labels = (TensorProto.INT64, shape[:1]) if self.workload.is_sparse else (kind, shape)
        graph = helper.make_graph(
            self.nodes,
            "loss",
            [
                helper.make_tensor_value_info("t", *labels),
                helper.make_tensor_value_info("p", kind, shape),
            ],
            [helper.make_tensor_value_info(losses, kind, None)],
            self.constants,
        )
        opset = [helper.make_opsetid("", 18)]
        return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


def _rescaled_logarithms(g: Graph) -> str:
    q = g("Div", "p", g.row_sums("p", keep=True))
    return g("Log", g("Clip", q, EPSILON, 1 - EPSILON))


def _categorical(g: Graph, logarithms: str) -> str:
    return g("Neg", g.row_sums(g("Mul", "t", logarithms)))


def _sparse(g: Graph) -> str:
    ids = g("Unsqueeze", "t", g.axes(-1))
    picked = g("Squeeze", g("GatherElements", "p", ids, axis=1), g.axes(-1))
    q = g("Clip", g("Div", picked, g.row_sums("p")), EPSILON, 1 - EPSILON)
    return g("Neg", g("Log", q))


def _sparse_from_logits(g: Graph) -> str:
    reduction = "none" if g.workload.quantity == LOSSES else "mean"
    return g("SoftmaxCrossEntropyLoss", "p", "t", reduction=reduction)


def _binary(g: Graph) -> str:
    q = g("Clip", "p", EPSILON, 1 - EPSILON)
    ones = g("Mul", "t", g("Log", q))
    zeros = g("Mul", g("Sub", 1, "t"), g("Log", g("Sub", 1, q)))
    return g.row_means(g("Neg", g("Add", ones, zeros)))


def _binary_from_logits(g: Graph) -> str:
    tail = g("Log", g("Add", 1, g("Exp", g("Neg", g("Abs", "p")))))
    return g.row_means(g("Add", g("Sub", g("Relu", "p"), g("Mul", "p", "t")), tail))


def _kl_divergence(g: Graph) -> str:
    t, p = g("Clip", "t", EPSILON, 1), g("Clip", "p", EPSILON, 1)
    return g.row_sums(g("Mul", t, g("Log", g("Div", t, p))))


def _squared_logarithmic(g: Graph) -> str:
    t, p = (g("Log", g("Add", 1, g("Max", one, EPSILON))) for one in "tp")
    d = g("Sub", p, t)
    return g.row_means(g("Mul", d, d))


def _squared(g: Graph) -> str:
    d = g("Sub", "p", "t")
    return g.row_means(g("Mul", d, d))


def _percentage(g: Graph) -> str:
    size = g("Max", g("Abs", "t"), EPSILON)
    return g.row_means(g("Mul", 100, g("Abs", g("Div", g("Sub", "t", "p"), size))))


FORMULAS: dict[str, Callable[[Graph], str]] = {
    "categorical_crossentropy": lambda g: _categorical(g, _rescaled_logarithms(g)),
    "sparse_categorical_crossentropy": _sparse,
    "binary_crossentropy": _binary,
    "kl_divergence": _kl_divergence,
    "mean_squared_logarithmic_error": _squared_logarithmic,
    "mean_squared_error": _squared,
    "mean_absolute_error": lambda g: g.row_means(g("Abs", g("Sub", "p", "t"))),
    "mean_absolute_percentage_error": _percentage,
    "poisson": lambda g: g.row_means(
        g("Sub", "p", g("Mul", "t", g("Log", g("Add", "p", EPSILON))))
    ),
    "hinge": lambda g: g.row_means(g("Relu", g("Sub", 1, g("Mul", "t", "p")))),
}
FROM_LOGITS: dict[str, Callable[[Graph], str]] = {
    "categorical_crossentropy": lambda g: _categorical(g, g("LogSoftmax", "p", axis=-1)),
    "sparse_categorical_crossentropy": _sparse_from_logits,
    "binary_crossentropy": _binary_from_logits,
}
