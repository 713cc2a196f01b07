"""Compares names, parameters and defaults of losses with those of the installed keras.losses.

usage: loss-parity losses --json | compare_signatures.py; exits with 1 where something differs.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "numpy")


def main() -> int:
    """Reads the description of our losses from standard input; returns the exit code."""
    import keras

    ours = {loss["class"]: loss for loss in json.load(sys.stdin)}
    theirs = {
        name: loss
        for name, loss in vars(keras.losses).items()
        if inspect.isclass(loss) and issubclass(loss, keras.losses.Loss)
    }
    del theirs["Loss"]
    problems = [f"{name}: is missing here" for name in sorted(theirs.keys() - ours.keys())]
    problems += [f"{name}: Keras has no such loss" for name in sorted(ours.keys() - theirs.keys())]
    for name in sorted(theirs.keys() & ours.keys()):
        problems += differences(ours[name], theirs[name], keras.losses)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(theirs)} classes of keras.losses {keras.__version__}: {len(problems)} differences")
    return 1 if problems else 0


def differences(ours: dict[str, Any], theirs: Any, losses: Any) -> list[str]:
    """What differs between a loss and its class in Keras."""
    name = ours["class"]
    expected = [
        (parameter.name, parameter.default)
        for parameter in inspect.signature(theirs.__init__).parameters.values()
        if parameter.name not in ("self", "name", "dtype")
    ]
    found = [(parameter["name"], parameter["default"]) for parameter in ours["parameters"]]
    problems = []
    if found != expected:
        problems.append(f"{name}: parameters {found}, in Keras {expected}")
    if not hasattr(losses, ours["function"]):
        problems.append(f"{name}: keras.losses has no {ours['function']}")
    for alias in ours["aliases"]:
        if losses.get(alias) is not getattr(losses, ours["function"]):
            problems.append(f"{name}: keras.losses.get({alias!r}) is not {ours['function']}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
