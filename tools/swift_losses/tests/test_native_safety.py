"""Nothing that the extension module is given ends the process."""

from __future__ import annotations

import array
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from swift_losses._native import LossError, native

TOOLS = Path(__file__).resolve().parents[2]


def categorical() -> Any:
    return native.Loss("CategoricalCrossentropy", {}, False, None, "float32")


def test_calls_from_many_threads_are_those_from_one() -> None:
    loss = categorical()
    random = np.random.default_rng(0)
    batches = [random.random((2, 64, 100), np.float32) for _ in range(16)]
    expected = [loss.value_and_gradient(t, p) for t, p in batches]
    found: list[Any] = [None] * len(batches)

    def work(index: int) -> None:
        for _ in range(20):
            found[index] = loss.value_and_gradient(*batches[index])

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for (value, gradient), (own, slopes) in zip(expected, found):
        assert value == own
        assert np.array_equal(gradient, slopes)


def test_other_threads_run_while_a_large_loss_is_computed() -> None:
    y_pred = np.ones((3000, 1000), np.float32)
    loss = categorical()
    counted = 0
    done = False

    def count() -> None:
        nonlocal counted
        while not done:
            counted += 1
            time.sleep(0)

    def ticks_during(call: Any) -> int:
        start = counted
        call()
        return counted - start

    interval = sys.getswitchinterval()
    # A thread that waits for the interpreter does not ask for it before the end of this.
    sys.setswitchinterval(60)
    thread = threading.Thread(target=count)
    try:
        thread.start()
        ran = ticks_during(lambda: [loss(y_pred, y_pred) for _ in range(5)])
    finally:
        done = True
        sys.setswitchinterval(interval)
        thread.join()
    assert ran > 0


def test_arrays_that_change_meanwhile_do_no_harm() -> None:
    # Class ids are read, checked and used while another thread writes to them.
    random = np.random.default_rng(0)
    y_pred = random.random((5000, 10), np.float32)
    ids = random.integers(0, 10, 5000)
    losses = [
        native.Loss(name, {}, True, dialect, None)
        for name in ["sparse_categorical_crossentropy", "categorical_generalized_cross_entropy"]
        for dialect in ["keras-3.15/jax", "keras-3.15/numpy"]
    ]
    stop = threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            ids[:] = np.iinfo(np.int64).max
            y_pred[:] = np.nan
            ids[:] = -1
            y_pred[:] = 0.5
            ids[:] = 3

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(15):
            for loss in losses:
                try:
                    loss(ids, y_pred)
                except LossError as error:
                    assert error.code == "class_id_out_of_range"
    finally:
        stop.set()
        thread.join()


def test_memory_keeps_its_size_while_it_is_read() -> None:
    numbers = array.array("f", bytes(4 * 1_000_000))
    loss = native.Loss("mse", {}, False, None, None)
    grown = refused = 0
    stop = threading.Event()

    def grow() -> None:
        nonlocal grown, refused
        while not stop.is_set():
            try:
                numbers.append(0)
                grown += 1
            except BufferError:
                refused += 1
            time.sleep(0.0001)

    thread = threading.Thread(target=grow)
    thread.start()
    deadline = time.monotonic() + 30
    try:
        while not (grown and refused) and time.monotonic() < deadline:
            assert loss(numbers, numbers) == 0
    finally:
        stop.set()
        thread.join()
    assert grown
    assert refused


@pytest.mark.parametrize("name", ["hinge", "dice", "tversky"])
def test_shapes_that_broadcast_beyond_the_memory_are_refused(name: str) -> None:
    column = np.zeros((1_000_000, 1), np.float32)
    row = np.zeros((1, 1_000_000), np.float32)
    with pytest.raises(LossError, match="as many elements as fit in memory") as raised:
        native.Loss(name, {}, True, None, None)(column, row)
    assert raised.value.code == "invalid_shape"


def test_weights_that_broadcast_beyond_the_memory_are_refused() -> None:
    losses = np.zeros((1, 1_000_000), np.float32)
    weights = np.zeros((1_000_000, 1), np.float32)
    with pytest.raises(LossError, match="as many elements as fit in memory"):
        native.reduce(losses, weights)


def test_pairs_of_embeddings_beyond_the_memory_are_refused() -> None:
    embeddings = np.zeros((300_000, 1), np.float32)
    circle = native.Loss("circle", {}, True, None, None)
    with pytest.raises(LossError, match="as many elements as fit in memory"):
        circle.value_and_gradient(np.zeros(300_000, np.int32), embeddings)


def test_views_of_more_elements_than_the_memory_holds_are_numpys_to_refuse() -> None:
    huge = np.broadcast_to(np.float32(1), (2**40,))
    with pytest.raises(MemoryError):
        categorical()(huge, huge)


def test_nothing_leaks() -> None:
    loss = categorical()
    random = np.random.default_rng(0)
    y_true, y_pred = random.random((2, 256, 1000), np.float32)

    def work(times: int) -> None:
        for _ in range(times):
            loss.value_and_gradient(y_true, y_pred, np.ones(256), np.ones(256, bool))
            native.Loss("huber", {"delta": 2.0}, True, None, None)(y_true[:, ::2], y_pred[:, ::2])
            with pytest.raises(LossError):
                loss(y_true, y_pred[:1, :1])
            with pytest.raises(LossError):
                native.Loss("huber", {"delta": [1.0] * 1000})

    work(20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work(200)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # One leaked gradient a call would be 200 MB.
    assert after - before < 50_000


def test_a_fork_computes_on() -> None:
    code = """
import os
import numpy as np
from swift_losses._native import native
loss = native.Loss("mse", {}, False, None, None)
ones = np.ones((2, 2), np.float32)
loss(ones, ones)
child = os.fork()
if child == 0:
    os._exit(0 if loss(ones, 0 * ones) == 1 else 1)
print(os.waitpid(child, 0)[1])
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=TOOLS, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, "0"), run.stderr
