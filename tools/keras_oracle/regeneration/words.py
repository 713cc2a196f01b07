"""Lists and counts in words."""

from __future__ import annotations

from collections.abc import Iterable


def few(words: Iterable[str], count: int) -> str:
    """The first words, and how many more there are."""
    listed = list(words)
    if len(listed) <= count:
        return ", ".join(listed)
    return f"{', '.join(listed[:count])} and {len(listed) - count} more"


def counted(count: int, word: str) -> str:
    """A number of things of a regular plural."""
    return f"{count} {word}" + ("" if count == 1 else "s")
