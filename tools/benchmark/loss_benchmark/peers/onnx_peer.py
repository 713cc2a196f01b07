"""ONNX Runtime: values of the losses whose graphs are written; it has no gradients."""

from __future__ import annotations

import numpy as np
import onnxruntime

from ..workloads import GRADIENT, Workload
from .onnx_graph import FORMULAS, FROM_LOGITS, Graph
from .peer import Array, Call, Unsupported


class ONNXPeer:
    """Computes with an `InferenceSession`."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """A session, with the inputs bound to it."""
        if workload.quantity == GRADIENT:
            raise Unsupported("it has no gradients")
        formula = (FROM_LOGITS if workload.from_logits else FORMULAS).get(workload.loss)
        if formula is None:
            raise Unsupported("its graph is not written")
        graph = Graph(workload)
        model = graph.model(formula(graph))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
        binding = session.io_binding()
        t = labels.astype(np.int64) if workload.is_sparse else labels
        # They lend the arrays to the session, and have to be there as long as it.
        lent = [onnxruntime.OrtValue.ortvalue_from_numpy(one) for one in (t, predictions)]
        for name, value in zip("tp", lent):
            binding.bind_ortvalue_input(name, value)
        binding.bind_output(session.get_outputs()[0].name)

        def call(lent: object = lent) -> Array:
            session.run_with_iobinding(binding)
            return binding.get_outputs()[0].numpy()

        return call

    def version(self) -> str:
        """The version of ONNX Runtime."""
        return f"ONNX Runtime {onnxruntime.__version__}"


def peer(threads: int, dtype: str) -> ONNXPeer:
    """Creates the peer."""
    return ONNXPeer(threads)
