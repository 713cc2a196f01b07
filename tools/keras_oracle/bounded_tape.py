"""The tape of whole arrays: which array was computed from which, walked back once.

An array's nodes are what the elements' `Recorded` numbers are to `recorded.Tape`: slopes arrive at
a node and are added, at each element those that arrive there, and passed on by the rules of the
operation that made the array. Views of an array pass on what arrives before it is added, as the
same elements are meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .bounded import BoundedArray
from .bounded_rounding import Array, BoundedRounding
from .bounded_sums import undecided_sum
from .recorded import GRADIENT_ROUNDINGS

Rule = Callable[[BoundedArray], BoundedArray] | None
"""What an array's slope becomes on the way to one that it was computed from; None is no change."""

Presence = Any
"""At which elements a slope arrived at all, or None for all of them.

Where none arrives nothing is passed on, whatever the rules would make of 0.
"""


class Received(NamedTuple):
    """What arrived at the elements of an array, added up, but not rounded."""

    value: Array
    bound: Array
    magnitude: Array
    count: Array
    """How many of them were not 0."""
    presence: Presence

    def mapped(self, function: Callable[[Array], Array]) -> Received:
        """Elsewhere, as a function places arrays."""
        presence = None if self.presence is None else function(self.presence)
        return Received(*map(function, self[:4]), presence)

    def reduced(self, shape: tuple[int, ...]) -> Received:
        """The sums of what arrived at a broadcast array's elements that are the same."""
        own = self.value.shape
        if own == shape:
            return self
        lead = len(own) - len(shape)
        axes = tuple(
            axis
            for axis in range(len(own))
            if axis < lead or (shape[axis - lead] == 1 and own[axis] != 1)
        )
        presence = self.presence
        if presence is not None:
            presence = np.logical_or.reduce(presence, axis=axes).reshape(shape)
        sums = (np.add.reduce(array, axis=axes).reshape(shape) for array in self[:4])
        return Received(*sums, presence)

    def added(self, other: Received) -> Received:
        """Both, at the same elements."""
        presence = None
        if self.presence is not None and other.presence is not None:
            presence = self.presence | other.presence
        return Received(*(mine + theirs for mine, theirs in zip(self[:4], other[:4])), presence)


class Node:
    """An array on the tape, and what has arrived there."""

    __slots__ = ("_one", "_others", "kept", "shape", "sources", "spread")

    def __init__(
        self,
        shape: tuple[int, ...],
        sources: list[tuple[Node, Rule]],
        spread: Callable[[Array], Array] | None = None,
        kept: Array | None = None,
    ) -> None:
        self.shape = shape
        self.sources = sources
        self.spread = spread
        """How elements are spread over the axis that they are a sum along, if they are."""
        self.kept = kept
        """Which numbers along that axis they are a sum of, if not of all."""
        self._one: tuple[BoundedArray, Presence] | None = None
        self._others: Received | None = None

    def receive(self, slope: BoundedArray, presence: Presence = None) -> None:
        """A slope arrives."""
        if self._one is None and self._others is None and slope.shape == self.shape:
            self._one = slope, presence
        else:
            self.receive_all(_received(slope, presence))

    def receive_all(self, received: Received) -> None:
        """What was added up elsewhere arrives."""
        received = received.reduced(self.shape)
        self._add_one()
        self._others = received if self._others is None else self._others.added(received)

    def receive_at(self, index: Any, received: Received) -> None:
        """What was added up elsewhere arrives at some elements, more than once if they repeat."""
        self._add_one()
        others = self._others
        if others is None or others.presence is None or not others.value.flags.writeable:
            fresh = Received(*(np.zeros(self.shape, it.dtype) for it in received[:4]), None)
            there = np.zeros(self.shape, dtype=bool)
            if others is not None:
                fresh = fresh.added(others)
                there[...] = True if others.presence is None else others.presence
            others = Received(*fresh[:4], there)
            self._others = others
        arrived = True if received.presence is None else received.presence
        if isinstance(index, tuple) and any(isinstance(it, np.ndarray) for it in index):
            for mine, theirs in zip(others[:4], received[:4]):
                np.add.at(mine, index, theirs)
            np.logical_or.at(others.presence, index, arrived)
        else:
            for mine, theirs in zip(others[:4], received[:4]):
                mine[index] += theirs
            others.presence[index] |= arrived

    def _add_one(self) -> None:
        if self._one is not None:
            self._others = _received(*self._one)
            self._one = None

    def taken(self, rounding: BoundedRounding) -> tuple[BoundedArray, Presence] | None:
        """The slope that has arrived, of which nothing is kept; None where none has."""
        one, others = self._one, self._others
        self._one = self._others = None
        if others is None:
            return one
        presence = others.presence
        if presence is not None and np.count_nonzero(presence) == presence.size:
            presence = None
        roundings = np.maximum(others.count - 1, 0)
        bound = others.bound + rounding.one_rounding * roundings * others.magnitude
        terms = BoundedArray(others.value, others.bound, rounding)
        slope = terms.result(others.value, bound, 0.0, None, (others.bound,))
        return undecided_sum(slope, others.magnitude), presence

    def pass_on(self, rounding: BoundedRounding) -> None:
        """The sources receive what has arrived."""
        taken = self.taken(rounding)
        if taken is None:
            return
        slope, presence = taken
        if presence is not None and self.spread is not None:
            presence = self.spread(presence)
        if self.kept is not None:
            presence = self.kept if presence is None else presence & self.kept
        for source, rule in self.sources:
            passed = slope if rule is None else rule(slope)
            there = presence
            if presence is not None:
                there = np.broadcast_to(presence, passed.shape)
                passed = _present(passed, there)
            source.receive(passed, there)


class View(Node):
    """Elements of another array, or several arrays' elements in one."""

    __slots__ = ("_back",)

    def __init__(
        self,
        shape: tuple[int, ...],
        source: Node,
        back: Callable[[Node, Received], None],
    ) -> None:
        super().__init__(shape, [(source, None)])
        self._back = back

    def pass_on(self, rounding: BoundedRounding) -> None:
        """The source receives what has arrived, not added up at elements that repeat."""
        self._add_one()
        received, self._others = self._others, None
        if received is not None:
            self._back(self.sources[0][0], received)


class Rearranged(Node):
    """All elements of another array in another shape or order."""

    __slots__ = ("_back",)

    def __init__(
        self, shape: tuple[int, ...], source: Node, back: Callable[[Array], Array]
    ) -> None:
        super().__init__(shape, [(source, None)])
        self._back = back

    def pass_on(self, rounding: BoundedRounding) -> None:
        """The source receives what has arrived, as it has."""
        source, back = self.sources[0][0], self._back
        if self._one is not None:
            slope, presence = self._one
            self._one = None
            if presence is not None:
                presence = back(np.broadcast_to(presence, self.shape))
            source.receive(slope.viewed(back), presence)
        elif self._others is not None:
            received, self._others = self._others, None
            source.receive_all(received.mapped(back))


class BoundedTape:
    """The nodes of a computation in the order in which they came to be."""

    def __init__(self, rounding: BoundedRounding) -> None:
        self.rounding = rounding
        self.nodes: list[Node] = []
        self.input: Node | None = None
        """The array by which the derivative is taken."""
        self.has_kinks = False
        """Whether rounding decides on which side of some kink a number is."""
        self.one_sided = False
        """Whether slopes are those on the side of a kink where the numbers are."""

    def add(self, node: Node) -> Node:
        """Notes a node."""
        self.nodes.append(node)
        return node

    def gradient(self, result: Node | None) -> BoundedArray:
        """d(sum of the result)/d(input)."""
        assert self.input is not None
        rounding, shape = self.rounding, self.input.shape
        taken = None
        if result is not None:
            result.receive(BoundedArray(np.ones(result.shape, rounding.kind), None, rounding))
            for node in reversed(self.nodes):
                node.pass_on(rounding)
            taken = self.input.taken(rounding)
        if taken is None:
            return BoundedArray(np.zeros(shape, rounding.kind), None, rounding)
        slope, presence = taken
        slope = slope.rounded(GRADIENT_ROUNDINGS)
        return slope if presence is None else _present(slope, presence)

    def edges(self, result: Node | None, gradient: BoundedArray) -> Array:
        """Which elements of the gradient are on an edge.

        That is where rounding decides between the sides of a kink, and these are farther apart than
        what rounding does on one of them.
        """
        if not self.has_kinks:
            return np.zeros(gradient.shape, dtype=bool)
        self.one_sided = True
        of_one_side = self.gradient(result).distance
        self.one_sided = False
        return np.asarray(gradient.distance - of_one_side > of_one_side)


def _received(slope: BoundedArray, presence: Presence) -> Received:
    bound = slope.distance
    magnitude = slope.magnitude + bound
    if slope.bound is None:
        bound = np.zeros(slope.shape)
    return Received(slope.value, bound, magnitude, (magnitude != 0).astype(np.float64), presence)


def _present(slope: BoundedArray, presence: Presence) -> BoundedArray:
    """A slope, 0 where none arrived."""
    bound = None if slope.bound is None else np.where(presence, slope.bound, 0.0)
    return BoundedArray(np.where(presence, slope.value, 0), bound, slope.rounding)
