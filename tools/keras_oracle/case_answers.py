"""The exact answers to a question, computed once for all dialects that agree."""

from __future__ import annotations

from .answer import Answer, answer
from .case import Case
from .dialect import Dialect
from .memory import Memory, Read
from .shared import Shared
from .tracked import UnstableError


class CaseAnswers:
    """What dialects answer to one question, and which of their choices that depends on."""

    def __init__(self, loss: str, case: Case, shared: Shared) -> None:
        self.loss = loss
        self.case = case
        self._shared = shared
        self._memory = Memory()

    def value(self, dialect: Dialect) -> Answer | UnstableError:
        """The value, or the error that stands where it has no finite tolerance."""
        return self._recalled(dialect, gradient=False)

    def with_gradient(self, dialect: Dialect) -> Answer | UnstableError:
        """The value with its gradient, or the error where one has no finite tolerance."""
        return self._recalled(dialect, gradient=True)

    def read(self, dialect: Dialect, gradient: bool = False) -> frozenset[str]:
        """The choices that a value, or a gradient, depends on which was asked for before."""
        return self._memory.read(gradient, dialect)

    def reads(self, dialect: Dialect, gradient: bool = False) -> frozenset[Read]:
        """The same, with what was asked of choices that round a constant."""
        return self._memory.reads(gradient, dialect)

    def _recalled(self, dialect: Dialect, gradient: bool) -> Answer | UnstableError:
        def computed(dialect: Dialect) -> Answer | UnstableError:
            try:
                return answer(self.loss, dialect, self.case, gradient, shared=self._shared)
            except UnstableError as error:
                return error.with_traceback(None)

        found: Answer | UnstableError = self._memory.recall(gradient, dialect, computed)
        return found
