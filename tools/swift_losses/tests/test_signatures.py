"""Names, parameters and defaults are those that the Swift library knows: written in two places."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest

import swift_losses
from swift_losses._lookup import ALIASES, CLASSES, FUNCTIONS
from swift_losses._loss import Reduction
from swift_losses._native import native

CATALOGUE = {loss["class"]: loss for loss in native.catalogue()}


def defaults(function: Any) -> dict[str, Any]:
    """The parameters after labels and predictions that are Keras's, with their defaults."""
    parameters = inspect.signature(function).parameters.values()
    return {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        and parameter.name not in ("y_true", "y_pred", "ref_labels", "ref_embeddings")
    }


def test_every_loss_of_swift_has_its_class_function_and_aliases() -> None:
    assert CATALOGUE.keys() == CLASSES.keys()
    assert {loss["function"] for loss in CATALOGUE.values()} == FUNCTIONS.keys()
    for name, loss in CATALOGUE.items():
        assert getattr(swift_losses, name) is CLASSES[name]
        function = getattr(swift_losses, loss["function"])
        assert CLASSES[name].function is function
        for alias in loss["aliases"]:
            assert getattr(swift_losses, alias) is ALIASES[alias] is function
    public = CLASSES.keys() | FUNCTIONS.keys() | ALIASES.keys()
    assert public <= set(swift_losses.__all__)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_class_has_the_parameters_of_swift(name: str) -> None:
    expected = list(CATALOGUE[name]["parameters"])
    found = defaults(CLASSES[name])
    assert found.pop("dtype") is None
    assert isinstance(found.pop("name"), str)
    assert list(found.items()) == expected
    assert [type(value) for value in found.values()] == [type(value) for _, value in expected]
    assert inspect.signature(CLASSES[name]).parameters["dialect"].kind.name == "KEYWORD_ONLY"


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_function_has_the_parameters_of_its_class(name: str) -> None:
    expected = dict(CATALOGUE[name]["parameters"])
    del expected["reduction"]
    found = defaults(CLASSES[name].function)
    assert found.keys() == expected.keys()
    for parameter, default in found.items():
        # Keras's function of this loss alone has a parameter without a default.
        assert default == expected[parameter] or (parameter, default) == ("q", inspect._empty)


@pytest.mark.parametrize("name", CATALOGUE)
def test_help_has_the_formula_and_every_parameter(name: str) -> None:
    cls = CLASSES[name]
    for documented in (cls, cls.function):
        text = inspect.getdoc(documented)
        assert text
        assert "\n\n    " in text
        for parameter in defaults(cls).keys() - {"dtype", "name", "reduction"}:
            assert f"    {parameter}: " in text


def test_the_typed_reductions_are_those_of_swift() -> None:
    names = [name for part in get_args(Reduction) for name in get_args(part)]
    assert len(names) == 5
    for name in [*names, None]:
        assert swift_losses.Huber(reduction=name).reduction == name
    with pytest.raises(swift_losses.LossError) as refused:
        swift_losses.Huber(reduction="auto")
    assert str(refused.value).endswith(f"expected {', '.join(sorted(names))}")
