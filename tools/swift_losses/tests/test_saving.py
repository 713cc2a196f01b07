"""Losses by name, as dictionaries and as pickles."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest
from batches import PARAMETERS, Arrays, batch

import swift_losses
from swift_losses._lookup import ALIASES, CLASSES, FUNCTIONS


@pytest.mark.parametrize("name", CLASSES)
def test_a_config_makes_the_loss_again(name: str) -> None:
    for given in [{}, *PARAMETERS.get(name, [])]:
        loss = CLASSES[name](reduction="sum", name="mine", **given)
        config = loss.get_config()
        kept = {key: value for key, value in given.items() if key not in loss.left_out}
        assert config.items() >= ({"name": "mine", "reduction": "sum"} | kept).items()
        assert not config.keys() & loss.left_out
        assert type(loss).from_config(config).get_config() == config
        saved = json.loads(json.dumps(swift_losses.serialize(loss)))
        assert saved["module"] == "swift_losses"
        again = swift_losses.deserialize(saved)
        assert type(again) is type(loss)
        assert json.dumps(again.get_config()) == json.dumps(config)


@pytest.mark.parametrize("name", CLASSES)
def test_a_pickle_or_a_copy_computes_the_same(name: str) -> None:
    for given in [{}, *PARAMETERS.get(name, [])]:
        loss = CLASSES[name](dialect="keras-3.15/tensorflow", dtype="float64", **given)
        for again in (pickle.loads(pickle.dumps(loss)), copy.copy(loss), copy.deepcopy(loss)):
            assert repr(again) == repr(loss)
            assert again.dialect == loss.dialect
            assert again(*batch(name)) == loss(*batch(name))


def test_functions_pickle_by_their_names() -> None:
    for function in FUNCTIONS.values():
        assert pickle.loads(pickle.dumps(function)) is function
        assert function.__module__ == "swift_losses"


def test_get_takes_what_keras_takes() -> None:
    assert swift_losses.get(None) is None
    for name, function in (FUNCTIONS | ALIASES).items():
        assert swift_losses.get(name) is swift_losses.get(function) is function
        assert swift_losses.deserialize(name) is function
    for name, cls in CLASSES.items():
        assert type(swift_losses.get(name)) is type(swift_losses.get(cls)) is cls
    loss = swift_losses.get({"class_name": "Huber", "config": {"delta": 3.0, "name": "h"}})
    assert (loss.delta, loss.name) == (3.0, "h")
    assert swift_losses.get(loss) is loss


def test_dictionaries_of_keras_are_read() -> None:
    assert (
        swift_losses.deserialize(
            {
                "module": "builtins",
                "class_name": "function",
                "config": "huber",
                "registered_name": "function",
            }
        )
        is swift_losses.huber
    )
    saved = {"module": "keras.losses", "class_name": "Tversky", "config": {"alpha": 0.25}}
    assert swift_losses.deserialize(saved | {"registered_name": None}).alpha == 0.25


def test_functions_are_saved_by_their_names() -> None:
    for function in FUNCTIONS.values():
        saved = json.loads(json.dumps(swift_losses.serialize(function)))
        assert swift_losses.deserialize(saved) is function


class Own(swift_losses.Loss):
    """A loss of a user."""


def test_custom_objects_are_found() -> None:
    saved = swift_losses.serialize(Own(name="mine"))
    with pytest.raises(ValueError, match="Could not interpret"):
        swift_losses.deserialize(saved)
    found = swift_losses.deserialize(saved, custom_objects={"Own": Own})
    assert (type(found), found.name) == (Own, "mine")


@pytest.mark.parametrize("wrong", ["typo", 3, {}, {"class_name": "typo", "config": {}}, {"a": 1}])
def test_what_is_no_loss_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="Could not interpret loss identifier"):
        swift_losses.get(wrong)


def test_a_loss_is_shown_as_it_is_made(digits: Arrays) -> None:
    loss = swift_losses.Huber(2.0, dialect="keras-3.15/torch")
    again = eval(repr(loss), {"Huber": swift_losses.Huber})
    assert again.get_config() == loss.get_config()
    assert np.array_equal(again(*digits), loss(*digits))
