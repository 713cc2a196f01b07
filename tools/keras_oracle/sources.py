"""What the answers to a loss are computed with: the oracle's modules, as one digest."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from importlib import import_module
from pathlib import Path

from .losses import LOSSES
from .mistakes import Mistake

PACKAGE = Path(__file__).parent

_ROOT = "case_record"
"""The module that computes all that is generated of a case."""

_LOSSES, _MISTAKES = "losses.__init__", "mistakes.__init__"
"""The tables of losses and of mistakes, which import them all; a loss has entries of its own."""


def digest_of(loss: str) -> str:
    """The digest of the modules of a loss: of whatever is imported to compute its cases."""
    digest = hashlib.sha256()
    for module in sorted(modules_of(loss)):
        digest.update(
            f"{module} {hashlib.sha256(_path(module).read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def modules_of(loss: str) -> set[str]:
    """The modules that a loss's cases are computed with, by their names in the package.

    Of the tables of losses and mistakes it takes what is of the loss, and what that imports.
    """
    others = _modules_of_other_losses(loss) | _modules_of_other_mistakes(loss)
    found: set[str] = set()
    left = [_ROOT]
    while left:
        module = left.pop()
        if module not in found:
            found.add(module)
            imported = imported_by(module)
            left += imported - others if module in (_LOSSES, _MISTAKES) else imported
    return found


def _modules_of_other_losses(loss: str) -> set[str]:
    return {_name(it.__module__) for name, it in LOSSES.items() if name != loss} - {
        _name(LOSSES[loss].__module__)
    }


def _modules_of_other_mistakes(loss: str) -> set[str]:
    """The modules that define mistakes, and none that can be made in the loss."""
    others = set()
    for module in imported_by(_MISTAKES) - {_MISTAKES}:
        listed = vars(import_module(f".{module}", __package__)).values()
        own = [it for them in listed if isinstance(them, tuple) for it in them]
        mistakes = [it for it in own if isinstance(it, Mistake)]
        if mistakes and not any(loss in it.losses for it in mistakes):
            others.add(module)
    return others


def _name(module: str) -> str:
    return module.removeprefix(f"{__package__}.")


def _path(module: str) -> Path:
    return PACKAGE / f"{module.replace('.', '/')}.py"


@cache
def imported_by(module: str) -> frozenset[str]:
    """The modules of the package that a module imports, wherever in it."""
    package = module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(_path(module).read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            base += node.module.split(".") if node.module else []
            for name in (base, *([*base, it.name] for it in node.names)):
                for candidate in (".".join(name), ".".join([*name, "__init__"])):
                    if _path(candidate).is_file():
                        found.add(candidate)
            # What lies in a package is imported after it.
            found |= {
                ".".join([*base[:depth], "__init__"])
                for depth in range(1, len(base) + 1)
                if _path(".".join([*base[:depth], "__init__"])).is_file()
            }
    return frozenset(found)
