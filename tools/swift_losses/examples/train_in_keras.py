"""Trains a classifier in Keras on JAX: once with Keras's loss, once with the same loss in Swift.

usage: KERAS_BACKEND=jax train_in_keras.py; needs keras and jax.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

import swift_losses
from swift_losses.in_keras import SwiftLoss


def history(loss: keras.losses.Loss) -> list[float]:
    """The loss after each epoch of training."""
    keras.utils.set_random_seed(7)
    chance = np.random.default_rng(7)
    x = chance.normal(size=(256, 4)).astype("float32")
    y = np.digitize(x @ np.float32([1, -2, 0.5, 0]), [-1, 1])
    weights = chance.uniform(0.5, 2, size=256).astype("float32")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, "relu")])
    model.add(keras.layers.Dense(3))
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss=loss)
    fitted = model.fit(x, y, sample_weight=weights, epochs=8, batch_size=32, verbose=0)
    return fitted.history["loss"]


def main() -> int:
    """Returns the exit code: 1 where the two trainings differ."""
    theirs = history(keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ours = history(SwiftLoss(swift_losses.SparseCategoricalCrossentropy(from_logits=True)))
    for epoch, (keras_loss, swift_loss) in enumerate(zip(theirs, ours), start=1):
        print(f"epoch {epoch}: Keras {keras_loss:.6f}, Swift {swift_loss:.6f}")
    return 0 if np.allclose(ours, theirs, rtol=1e-4) and ours[-1] < ours[0] / 2 else 1


if __name__ == "__main__":
    sys.exit(main())
