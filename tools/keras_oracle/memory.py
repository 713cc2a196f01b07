"""Results remembered by what they depend on, so that dialects that agree share them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, cast

from .dialect import Dialect

Read = str | tuple[str, float, str]
"""A choice that is read; or one that rounds a constant, with that and the dtype of the result."""


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
        settings_known = _settings_known(chosen)
        for choices, results in known.items():
            settings = settings_known.get(choices)
            if settings is None:
                settings = choices.settings(chosen)
            if settings in results:
                if observer is not None:
                    observer.noted.update(choices.names)
                return results[settings]
        observed = _Observed(chosen)
        result = compute(cast(Dialect, observed))
        choices = _choices(observed.read)
        known.setdefault(choices, {})[choices.settings(chosen)] = result
        if observer is not None:
            observer.noted.update(choices.names)
        return result

    def read(self, key: Hashable, dialect: Dialect) -> frozenset[str]:
        """The choices that the result depends on which was recalled for a dialect."""
        choices = self._recalled(key, dialect)
        return choices.read if choices is not None else frozenset()

    def reads(self, key: Hashable, dialect: Dialect) -> frozenset[Read]:
        """The same, with what was asked of choices that round a constant."""
        choices = self._recalled(key, dialect)
        return choices.names if choices is not None else frozenset()

    def _recalled(self, key: Hashable, dialect: Dialect) -> _Choices | None:
        for choices, results in self._known.get(key, {}).items():
            if choices.settings(dialect) in results:
                return choices
        return None


class _Observed:
    """A dialect that notes which of its choices are read."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.noted: set[Read] = set()
        """What is noted to be read besides."""

    @property
    def read(self) -> frozenset[Read]:
        """The choices that were read: those that are attributes by now, and what is noted."""
        return frozenset((*self.__dict__.keys() - ("dialect", "noted"), *self.noted))

    def note(self, names: Iterable[Read]) -> None:
        """Notes what was read of a dialect that is not observed."""
        self.noted.update(names)

    def rounded(self, choice: str, value: float, dtype: str) -> float:
        """As `Dialect.rounded`: what is noted is the number, which choices may agree in."""
        self.noted.add((choice, value, dtype))
        return self.dialect.rounded(choice, value, dtype)


class _Choice:
    """A choice that is noted when it is read first, and an attribute from then on."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, observed: _Observed, _: type) -> Any:
        setting = observed.__dict__[self._name] = getattr(observed.dialect, self._name)
        return setting


for _field in fields(Dialect):
    setattr(_Observed, _field.name, _Choice(_field.name))


class _Choices:
    """Some choices, with the settings of them that were met, each by a number."""

    def __init__(self, names: frozenset[Read]) -> None:
        self.names = names
        self.read = frozenset(it if isinstance(it, str) else it[0] for it in names)
        """The choices alone, also those that rounded a constant."""
        plain = sorted(it for it in names if isinstance(it, str))
        self._plain = attrgetter(*plain) if plain else lambda dialect: ()
        self._constants = sorted(it for it in names if not isinstance(it, str))
        self._numbers: dict[Any, int] = {}

    def settings(self, dialect: Dialect) -> int:
        """The number of a dialect's settings, the same for dialects that agree."""
        known = _settings_known(dialect)
        if self in known:
            return known[self]
        settings = self._plain(dialect), *[dialect.rounded(*it) for it in self._constants]
        number = self._numbers.setdefault(settings, len(self._numbers))
        known[self] = number
        return number


def _settings_known(dialect: Dialect) -> dict[_Choices, int]:
    """The settings of a dialect that were asked for: it is asked often, and keeps them itself."""
    known: dict[_Choices, int] | None = dialect.__dict__.get("_settings_known")
    if known is None:
        known = {}
        object.__setattr__(dialect, "_settings_known", known)
    return known


@cache
def _choices(names: frozenset[Read]) -> _Choices:
    return _Choices(names)
