"""The losses of Keras in NumPy arrays, computed by the Swift library KerasLosses.

Names, parameters, defaults and numbers are those of `keras.losses` 3.15.1:

```python
import swift_losses

loss = swift_losses.CategoricalCrossentropy(label_smoothing=0.1)
loss(y_true, y_pred, sample_weight)
swift_losses.huber(y_true, y_pred, delta=2.0)
```

Beyond Keras there are gradients, masks and other Keras to follow:

```python
value, gradient = loss.value_and_gradient(y_true, y_pred, sample_weight, mask=mask)
value, gradient = swift_losses.value_and_gradient("huber", y_true, y_pred, delta=2.0)
swift_losses.BinaryCrossentropy(dialect="tf-keras-2")(y_true, y_pred)
with swift_losses.dialect("keras-3.15/tensorflow"):
    swift_losses.binary_crossentropy(y_true, y_pred)
```
"""

from ._binary import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    binary_crossentropy,
    binary_focal_crossentropy,
)
from ._categorical import (
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    SparseCategoricalCrossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    sparse_categorical_crossentropy,
)
from ._dialects import dialect, dialects
from ._gradient import value_and_gradient
from ._hinge import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from ._lookup import deserialize, get, serialize
from ._loss import Loss
from ._metric import Circle, circle
from ._native import LossError
from ._overlap import Dice, Tversky, dice, tversky
from ._probabilistic import KLDivergence, Poisson, kl_divergence, poisson
from ._regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from ._sequence import CTC, ctc

mse = mean_squared_error
MSE = mean_squared_error
mae = mean_absolute_error
MAE = mean_absolute_error
mape = mean_absolute_percentage_error
MAPE = mean_absolute_percentage_error
msle = mean_squared_logarithmic_error
MSLE = mean_squared_logarithmic_error
kld = kl_divergence
KLD = kl_divergence
bce = binary_crossentropy
BCE = binary_crossentropy

__all__ = [
    "BCE",
    "CTC",
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "bce",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dialect",
    "dialects",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "kld",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
    "value_and_gradient",
]

# Where people find them, and where pickles and Keras's configs look for them.
for _name in __all__:
    globals()[_name].__module__ = __name__
