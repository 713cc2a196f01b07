"""Results remembered by what they depend on, so that dialects that agree share them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, cast

from .dialect import Dialect

_Constant = tuple[str, float, str]
"""A choice with a constant that it rounds, and the dtype of the result."""


class Memory:
    """Results by what they depend on: dialects that agree on every choice read share one."""

    def __init__(self) -> None:
        self._known: dict[Hashable, dict[_Choices, dict[int, Any]]] = {}
        """By key, the results by the settings of the choices that were read."""

    def recall(self, key: Hashable, dialect: Dialect, compute: Callable[[Dialect], Any]) -> Any:
        """What `compute` gives, computed once for all dialects that cannot differ.

        A dialect that is observed itself is noted to be read as `compute` reads it.
        """
        observer = dialect if isinstance(dialect, _Observed) else None
        chosen = dialect if observer is None else observer.dialect
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = {}
        for choices, results in known.items():
            settings = choices.settings(chosen)
            if settings in results:
                if observer is not None:
                    observer.read.update(choices.names)
                return results[settings]
        observed = _Observed(chosen)
        result = compute(cast(Dialect, observed))
        choices = _choices(frozenset(observed.read))
        known.setdefault(choices, {})[choices.settings(chosen)] = result
        if observer is not None:
            observer.read.update(choices.names)
        return result

    def read(self, key: Hashable, dialect: Dialect) -> frozenset[str]:
        """The choices that the result depends on which was recalled for a dialect."""
        for choices, results in self._known.get(key, {}).items():
            if choices.settings(dialect) in results:
                return choices.read
        return frozenset()


class _Observed:
    """A dialect that notes which of its choices are read."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.read: set[str | _Constant] = set()

    def rounded(self, choice: str, value: float, dtype: str) -> float:
        """As `Dialect.rounded`: what is noted is the number, which choices may agree in."""
        self.read.add((choice, value, dtype))
        return self.dialect.rounded(choice, value, dtype)


class _Choice:
    """A choice that is noted when it is read first, and an attribute from then on."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, observed: _Observed, _: type) -> Any:
        name = self._name
        observed.read.add(name)
        setting = observed.__dict__[name] = getattr(observed.dialect, name)
        return setting


for _field in fields(Dialect):
    setattr(_Observed, _field.name, _Choice(_field.name))


class _Choices:
    """Some choices, with the settings of them that were met, each by a number."""

    def __init__(self, names: frozenset[str | _Constant]) -> None:
        self.names = names
        self.read = frozenset(it if isinstance(it, str) else it[0] for it in names)
        """The choices alone, also those that rounded a constant."""
        plain = sorted(it for it in names if isinstance(it, str))
        self._plain = attrgetter(*plain) if plain else lambda dialect: ()
        self._constants = sorted(it for it in names if not isinstance(it, str))
        self._numbers: dict[Any, int] = {}
        self._dialects: dict[int, tuple[Dialect, int]] = {}
        """By its address, as dialects are asked for often; each is kept, and so is the address."""

    def settings(self, dialect: Dialect) -> int:
        """The number of a dialect's settings, the same for dialects that agree."""
        known = self._dialects.get(id(dialect))
        if known is not None:
            return known[1]
        settings = self._plain(dialect), *[dialect.rounded(*it) for it in self._constants]
        number = self._numbers.setdefault(settings, len(self._numbers))
        self._dialects[id(dialect)] = dialect, number
        return number


@cache
def _choices(names: frozenset[str | _Constant]) -> _Choices:
    return _Choices(names)
