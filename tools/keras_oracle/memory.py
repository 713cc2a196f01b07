"""Results remembered by what they depend on, so that dialects that agree share them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any, cast

from .dialect import Dialect


class Memory:
    """Results by what they depend on: dialects that agree on every choice read share one."""

    def __init__(self) -> None:
        self._known: dict[Hashable, dict[tuple[str, ...], dict[Any, Any]]] = {}
        """By key, the results by the settings of the choices that were read."""

    def recall(self, key: Hashable, dialect: Dialect, compute: Callable[[Dialect], Any]) -> Any:
        """What `compute` gives, computed once for all dialects that cannot differ.

        A dialect that is observed itself is noted to be read as `compute` reads it.
        """
        chosen = dialect.dialect if isinstance(dialect, _Observed) else dialect
        known = self._known.setdefault(key, {})
        for names, results in known.items():
            settings = _settings(chosen, names)
            if settings in results:
                if isinstance(dialect, _Observed):
                    dialect.read.update(names)
                return results[settings]
        observed = _Observed(chosen)
        result = compute(cast(Dialect, observed))
        names = tuple(sorted(observed.read))
        known.setdefault(names, {})[_settings(chosen, names)] = result
        if isinstance(dialect, _Observed):
            dialect.read.update(names)
        return result

    def read(self, key: Hashable, dialect: Dialect) -> set[str]:
        """The choices that the result depends on which was recalled for a dialect."""
        for names, results in self._known.get(key, {}).items():
            if _settings(dialect, names) in results:
                return set(names)
        return set()


class _Observed:
    """A dialect that notes which of its choices are read."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self.dialect, name)


def _settings(dialect: Dialect, names: tuple[str, ...]) -> Any:
    """What a dialect chose, by the names of choices."""
    return attrgetter(*names)(dialect) if names else ()
