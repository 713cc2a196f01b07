"""Mistakes about KL divergence, Poisson and generalized crossentropy."""

from __future__ import annotations

from ..case import Case
from .losses_of import GENERALIZED, KL, POISSON
from .mistake import Mistake
from .questions import configured

_TORCH_POISSON = "https://pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss"


def _default_q(case: Case) -> Case | None:
    q = case.config.get("q", 0.5)
    return configured(case, q=0.5) if q != 0.5 and (case.form == "function" or 0 < q < 1) else None


DISTRIBUTIONS = (
    Mistake(
        id="only_predictions_clipped",
        kind="clip",
        title="only predictions clipped",
        explanation="Keras clips labels and predictions to [1e-7, 1]; this clips predictions "
        "alone, and 0 log 0 is NaN.",
        fix="Clip y_true to [1e-7, 1] as well.",
        losses=KL,
        choices={"kl_clip": "predictions"},
    ),
    Mistake(
        id="only_labels_clipped",
        kind="clip",
        title="only labels clipped",
        explanation="Keras clips labels and predictions to [1e-7, 1]; this clips labels alone.",
        fix="Clip y_pred to [1e-7, 1] as well.",
        losses=KL,
        choices={"kl_clip": "labels"},
        slopes=True,
    ),
    Mistake(
        id="entropy_left_out",
        kind="terms",
        title="without the term t log t",
        explanation="KL divergence is sum(t log t - t log p); this is -sum(t log p), the "
        "crossentropy, which is larger by the entropy of the labels.",
        fix="Add sum(t log t).",
        losses=KL,
        choices={"kl_terms": "without_entropy"},
    ),
    Mistake(
        id="log_input",
        kind="poisson",
        title="predictions taken for logarithms of rates",
        explanation="Keras's predictions are rates: p - t log(p); this is exp(p) - t p, the "
        "default of torch (log_input=True) and of TensorFlow's log_poisson_loss.",
        fix="Take p - t log(p + 1e-7); in torch, log_input=False.",
        losses=POISSON,
        choices={"poisson_predictions": "logarithms"},
        links=(_TORCH_POISSON,),
    ),
    Mistake(
        id="stirling_added",
        kind="poisson",
        title="log(t!) added",
        explanation="Keras leaves out log(t!), which does not depend on predictions; this adds "
        "Stirling's t log t - t + log(2 pi t) / 2 for labels above 1, as torch's full=True.",
        fix="Leave the term out; in torch, full=False.",
        losses=POISSON,
        choices={"poisson_constant": "stirling"},
        links=(_TORCH_POISSON,),
    ),
    Mistake(
        id="q_ignored",
        kind="generalized",
        title="q ignored",
        explanation="Keras's exponent is the parameter q; this always takes 0.5.",
        fix="Use the q that is given.",
        losses=GENERALIZED,
        question=_default_q,
    ),
    Mistake(
        id="not_divided_by_q",
        kind="generalized",
        title="not divided by q",
        explanation="Keras gives (1 - p_t^q) / q; this gives 1 - p_t^q.",
        fix="Divide by q.",
        losses=GENERALIZED,
        choices={"generalized_power": "undivided"},
    ),
    Mistake(
        id="linear_in_p_t",
        kind="generalized",
        title="1 - p_t, the limit for q = 1",
        explanation="Keras gives (1 - p_t^q) / q; this gives 1 - p_t, whatever q is.",
        fix="Raise p_t to the power of q, and divide by q.",
        losses=GENERALIZED,
        choices={"generalized_power": "linear"},
    ),
    Mistake(
        id="plain_crossentropy",
        kind="generalized",
        title="-log p_t, the limit for q = 0",
        explanation="Keras gives (1 - p_t^q) / q; this gives the crossentropy -log p_t.",
        fix="Take (1 - p_t^q) / q.",
        losses=GENERALIZED,
        choices={"generalized_power": "logarithm"},
    ),
    Mistake(
        id="predictions_rescaled",
        kind="rescale",
        title="predictions rescaled",
        explanation="Generalized crossentropy takes predictions as they are; this divides rows "
        "by their sums, as the other crossentropies do.",
        fix="Do not rescale.",
        losses=GENERALIZED,
        choices={"generalized_predictions": "rescaled"},
        slopes=True,
    ),
    Mistake(
        id="predictions_clipped",
        kind="clip",
        title="predictions clipped",
        explanation="Generalized crossentropy takes predictions as they are; this clips them to "
        "[1e-7, 1 - 1e-7], as the other crossentropies do.",
        fix="Do not clip.",
        losses=GENERALIZED,
        choices={"generalized_predictions": "clipped"},
        slopes=True,
    ),
)
