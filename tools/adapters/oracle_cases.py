"""What the adapters of the oracle share: requests as cases, and mistakes made on purpose."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from protocol import Losses, RefusedError, Request, UnsupportedError, arrays, serve

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from keras_oracle.answer import Answer, dtype_of
from keras_oracle.case import Case
from keras_oracle.dialect import DIALECTS, Dialect
from keras_oracle.losses import LOSSES
from keras_oracle.mistakes import MISTAKES, Mistake

Answering = Callable[[str, Dialect, Case, bool, bool], Answer]
"""What a loss in a dialect answers to a case, as arrays of a dtype.

Then come whether the gradient, and whether the stages, are asked for.
"""


def main(description: str, answering: Answering) -> None:
    """Answers requests, with the mistake that the command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--mistake",
        type=planted,
        action="append",
        default=[],
        metavar="[LOSS=]ID",
        help="make a mistake of the catalogue, or two (ID+ID), in the losses that it is about, or "
        "in one of them; repeatable",
    )
    made: dict[str, Mistake] = {}
    for mistakes in parser.parse_args().mistake:
        made.update(mistakes)
    serve(lambda request: losses_of(request, answering, made.get(request["loss"])))


def planted(text: str) -> dict[str, Mistake]:
    """By loss, the mistake that `[LOSS=]ID` names."""
    loss, _, ids = text.rpartition("=")
    mistake = mistake_of(ids)
    if loss and loss not in mistake.losses:
        raise argparse.ArgumentTypeError(f"{ids} is no mistake of {loss!r}")
    return dict.fromkeys([loss] if loss else mistake.losses, mistake)


def mistake_of(ids: str) -> Mistake:
    """The mistake of this id, or that of several ids, each made after those before it."""
    first, *others = (_known(id) for id in ids.split("+"))
    for other in others:
        first = first.then(other)
    return first


def _known(id: str) -> Mistake:
    if id not in MISTAKES:
        raise argparse.ArgumentTypeError(f"there is no mistake {id!r}")
    return MISTAKES[id]


def losses_of(request: Request, answering: Answering, mistake: Mistake | None) -> Losses:
    """The answer in the request's dialect, where it applies that of someone who makes a mistake."""
    loss = request["loss"]
    dialect = DIALECTS.get(request["dialect"])
    if dialect is None:
        raise UnsupportedError(f"the oracle has no dialect {request['dialect']}")
    if loss not in LOSSES:
        raise UnsupportedError(f"the oracle has no loss {loss}")
    case = asked = Case(
        id=request["id"],
        comment="",
        dtype=request["dtype"],
        form=request["form"],
        config=request["config"],
        **arrays(request),
    )
    if mistake is not None and loss in mistake.losses:
        dialect = mistake.in_dialect(dialect) or dialect
        asked = mistake.of(case) or case
    answer = answering(
        loss, dialect, asked, request.get("gradient", False), request.get("stages", False)
    )
    if answer.value is None:
        raise RefusedError(answer.error, f"{dialect.id} has no answer")
    dtype = dtype_of(case)
    with np.errstate(over="ignore"):
        return Losses(
            answer.value.astype(dtype),
            None if answer.gradient is None else answer.gradient.astype(dtype),
            {name: stage.astype(dtype) for name, stage in (answer.stages or {}).items()},
        )
