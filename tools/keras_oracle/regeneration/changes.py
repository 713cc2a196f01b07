"""What a regeneration changed in meaning: two sets of fixtures, compared case by case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from .. import kill
from ..arithmetic import Array
from ..golden import Golden
from .meaning import Expected, Question
from .suite import CATALOGUE, LossCases, Suite


class Kind(StrEnum):
    """What sort of change it is; the gravest first."""

    QUESTION = "question"
    """The id asks something else, which no id may."""
    RETURNED = "returned"
    """The id was retired, and is used again, which no id may."""
    ANSWER = "answer"
    RETIRED = "retired"
    TOLERANCE = "tolerance"
    """The numbers are the same; more or less passes."""
    ADDED = "added"
    EXPLANATION = "explanation"
    """What mistakes would answer, or the stages: the same passes, failures read otherwise."""
    TEXT = "text"

    @property
    def is_error(self) -> bool:
        """Whether nobody can accept it."""
        return self in (Kind.QUESTION, Kind.RETURNED)

    @property
    def is_of_meaning(self) -> bool:
        """Whether it changes what is asked, or what passes."""
        return self not in (Kind.EXPLANATION, Kind.TEXT)


@dataclass(frozen=True)
class Element:
    """A number that changed."""

    index: tuple[int, ...]
    old: float
    new: float


@dataclass(frozen=True)
class PartChange:
    """How a value, a gradient, or the answer as a whole changed."""

    part: str
    what: str
    """`numbers`, `special` (NaN or infinity), `shape`, `dtype`, `error`, `given`, `left out`,
    `tolerance` or `edges`."""
    words: str = ""
    """Old and new, where these are not numbers."""
    count: int = 0
    """How many elements changed."""
    of: int = 0
    worst: Element | None = None
    """The element that changed most, in units of its old tolerance."""
    tolerances: float = 0.0
    """The largest change in units of the old tolerance; infinite where that was 0."""
    ulps: int = 0
    """The largest change, counted in numbers of the dtype."""
    looser: float = 1.0
    """The largest factor by which a tolerance grew."""
    tighter: float = 1.0
    """The smallest factor by which a tolerance shrank."""

    @property
    def passes_otherwise_only(self) -> bool:
        """Whether the numbers are the same."""
        return self.what in ("tolerance", "edges")

    @property
    def weight(self) -> float:
        """How grave the change is."""
        if self.what == "numbers":
            return self.tolerances
        if not self.passes_otherwise_only:
            return np.inf
        # What passes now and did not is graver than what fails now.
        return self.looser if self.looser > 1 else 1 - self.tighter


@dataclass(frozen=True)
class Change:
    """One change of a case, in the dialects that it is the same in."""

    kind: Kind
    loss: str
    """Empty where it is about the set as a whole."""
    id: str | None
    """None where it is about all cases of the loss."""
    dialects: tuple[str, ...] = ()
    parts: tuple[PartChange, ...] = ()
    mistakes: tuple[str, ...] = ()
    """Of an explanation, the mistakes that are answered otherwise."""
    stages: tuple[str, ...] = ()
    """Of an explanation, the stages that are others."""
    let_pass: tuple[str, ...] | None = ()
    """The mistakes that a looser tolerance lets pass; None where it cannot be known."""
    words: tuple[str, ...] = ()
    """What else there is to say."""

    @property
    def cause(self) -> str:
        """What changes of the same cause have in common, beside the loss."""
        parts = (
            f"{it.part}: {it.words}" if it.what == "error" else f"{it.part} {it.what}"
            for it in self.parts
        )
        return ", ".join([self.kind.value, *parts])

    @property
    def weight(self) -> float:
        """How grave it is among those of its kind."""
        return max((it.weight for it in self.parts), default=0.0)


def changes(old: Suite, new: Suite) -> list[Change]:
    """Everything that differs, the gravest first; what only moved or is spelt otherwise does not.

    A dialect's answers are compared with those of its base filled in, so that one that moved from
    a dialect's own to its base's is unchanged.
    """
    found = list(_of_catalogue(old, new))
    for loss in dict.fromkeys([*old.losses, *new.losses]):
        if loss in old.losses and loss in new.losses:
            if old.paths(loss) != new.paths(loss):
                found += _of_loss(old.of(loss), new.of(loss))
        elif loss in old.losses:
            found += [Change(Kind.RETIRED, loss, id) for id in old.of(loss).questions]
        else:
            found += [Change(Kind.ADDED, loss, id) for id in new.of(loss).questions]
    found = [
        replace(it, kind=Kind.RETURNED) if it.kind is Kind.ADDED and it.id in old.retired else it
        for it in found
    ]
    order = list(Kind)
    return sorted(found, key=lambda it: (order.index(it.kind), -it.weight, it.loss, it.id or ""))


def _of_loss(old: LossCases, new: LossCases) -> Iterator[Change]:
    yield from _of_dialects(old, new)
    yield from _of_text(old, new)
    for id in old.questions.keys() - new.questions.keys():
        yield Change(Kind.RETIRED, new.loss, id)
    for id in new.questions.keys() - old.questions.keys():
        yield Change(Kind.ADDED, new.loss, id)
    for id, question in new.questions.items():
        if id not in old.questions:
            continue
        before = old.questions[id]
        if before.fingerprint != question.fingerprint:
            words = tuple(_differences(before, question))
            yield Change(Kind.QUESTION, new.loss, id, words=words)
        else:
            yield from _of_answers(old, new, id)
            yield from _of_explanations(old, new, id)


def _of_dialects(old: LossCases, new: LossCases) -> Iterator[Change]:
    for dialect in dict.fromkeys([*old.answers, *new.answers]):
        if dialect not in new.answers:
            yield Change(Kind.RETIRED, new.loss, None, (dialect,), words=("the dialect",))
        elif dialect not in old.answers:
            yield Change(Kind.ADDED, new.loss, None, (dialect,), words=("the dialect",))
        else:
            before, after = old.explanations(dialect), new.explanations(dialect)
            if before and after and before.mistakes != after.mistakes:
                named = set(before.mistakes) ^ set(after.mistakes)
                order = dict.fromkeys([*after.mistakes, *before.mistakes])
                yield Change(
                    Kind.EXPLANATION,
                    new.loss,
                    None,
                    (dialect,),
                    mistakes=tuple(it for it in order if it in named),
                    words=("mistakes that can be made",),
                )


def _of_text(old: LossCases, new: LossCases) -> Iterator[Change]:
    for id, question in new.questions.items():
        before = old.questions.get(id)
        if before is not None:
            pairs = (("comment", before.comment, question.comment),)
            flags = (("flags", " ".join(before.flags), " ".join(question.flags)),)
            words = tuple(f"{name}: {a!r} -> {b!r}" for name, a, b in pairs + flags if a != b)
            if words:
                yield Change(Kind.TEXT, new.loss, id, words=words)
    common = [id for id in new.questions if id in old.questions]
    words = ["the order of cases"] if common != [id for id in old.questions if id in common] else []
    files = [it.documents[it.base].fixtures for it in (old, new)]
    words += [
        name.replace("_", " ")
        for name in ("notes", "tolerance_model")
        if files[0].get(name) != files[1].get(name)
    ]
    if words:
        yield Change(Kind.TEXT, new.loss, None, words=tuple(words))


def _of_answers(old: LossCases, new: LossCases, id: str) -> Iterator[Change]:
    """The changes of a case's answers, dialects of the same change as one."""
    changed: dict[frozenset[tuple[str, str | None, str | None]], list[str]] = {}
    for dialect, answers in new.answers.items():
        if dialect in old.answers:
            before, after = old.answers[dialect][id].digests, answers[id].digests
            names = [it for it in before | after if before.get(it) != after.get(it)]
            if names:
                what = frozenset((it, before.get(it), after.get(it)) for it in names)
                changed.setdefault(what, []).append(dialect)
    for dialects in changed.values():
        first = dialects[0]
        parts = tuple(part_changes(old.answers[first][id], new.answers[first][id]))
        same_numbers = all(it.passes_otherwise_only for it in parts)
        looser = any(it.looser > 1 for it in parts)
        yield Change(
            Kind.TOLERANCE if same_numbers else Kind.ANSWER,
            new.loss,
            id,
            tuple(dialects),
            parts,
            let_pass=_let_pass(old, new, id, dialects) if looser else (),
        )


def _let_pass(
    old: LossCases, new: LossCases, id: str, dialects: list[str]
) -> tuple[str, ...] | None:
    """The mistakes that the old answer told from Keras's and the new one does not."""
    found: dict[str, None] = {}
    for dialect in dialects:
        before, after = (_alternatives(cases, id, dialect) for cases in (old, new))
        if before is None and after is None:
            return None
        told = _told(old.answers[dialect][id], before if before is not None else after)
        tell = _told(new.answers[dialect][id], after if after is not None else before)
        found |= dict.fromkeys(it for it in told if it not in tell)
    return tuple(found)


def _alternatives(cases: LossCases, id: str, dialect: str) -> list[dict[str, Any]] | None:
    """What mistakes answer to a case in a dialect; None where that is not stored."""
    explanations = cases.explanations(dialect)
    return None if explanations is None else explanations.answers.get(id)


def _told(expected: Expected, alternatives: list[dict[str, Any]] | None) -> list[str]:
    """The mistakes whose answers do not pass."""
    parts = {
        name: kill.Part(it.values.shape, it.values.astype(float).ravel(), it.tolerance.ravel())
        for name, it in expected.parts.items()
    }
    right = kill.Given(parts.get("value"), parts.get("gradient"), expected.error)
    told = []
    for entry in alternatives or []:
        given = kill.Given.of(entry, right)
        if given is not None and given.from_right(right) > 1:
            told += entry["mistakes"]
    return told


def part_changes(old: Expected, new: Expected) -> Iterator[PartChange]:
    """How an answer changed; nothing where the same passes."""
    if old.error or new.error:
        if old.error != new.error:
            words = f"{old.error or 'a value'} -> {new.error or 'a value'}"
            yield PartChange("answer", "error", words)
        return
    for name in ("value", "gradient"):
        before, after = old.parts.get(name), new.parts.get(name)
        if before is None or after is None:
            if before is not after:
                yield PartChange(name, "given" if before is None else "left out")
            continue
        change = golden_change(name, before, after)
        if change is not None:
            yield change


def golden_change(part: str, old: Golden, new: Golden) -> PartChange | None:
    """How numbers or their tolerances changed; None where they are the same."""
    if old.dtype != new.dtype:
        return PartChange(part, "dtype", f"{old.dtype} -> {new.dtype}")
    shape = old.values.shape
    if shape != new.values.shape:
        return PartChange(part, "shape", f"{list(shape)} -> {list(new.values.shape)}")
    before, after = (it.values.astype(np.float64).ravel() for it in (old, new))
    bounds, others = old.tolerance.ravel(), new.tolerance.ravel()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factors = np.where(others == bounds, 1.0, others / bounds)
        apart = np.abs(after - before) / bounds
    looser, tighter = float(np.max(factors, initial=1.0)), float(np.min(factors, initial=1.0))
    same = (before == after) | (np.isnan(before) & np.isnan(after))
    changed = np.flatnonzero(~same)
    if not changed.size:
        if looser > 1 or tighter < 1:
            count = int(np.count_nonzero(factors != 1))
            what = "tolerance"
        elif old.edges != new.edges:
            count, what = len(set(old.edges) ^ set(new.edges)), "edges"
        else:
            return None
        return PartChange(part, what, count=count, of=same.size, looser=looser, tighter=tighter)
    special = changed[~(np.isfinite(before) & np.isfinite(after))[changed]]
    worst = special[0] if special.size else changed[np.argmax(apart[changed])]
    finite = np.setdiff1d(changed, special)
    index = tuple(int(it) for it in np.unravel_index(worst, shape)) if shape else ()
    places = [ordinals(it.values.ravel()[finite], old.dtype) for it in (old, new)]
    return PartChange(
        part,
        "special" if special.size else "numbers",
        count=changed.size,
        of=same.size,
        worst=Element(index, float(before[worst]), float(after[worst])),
        tolerances=float(np.max(apart[finite], initial=0.0)),
        ulps=max((abs(b - a) for a, b in zip(*places)), default=0),
        looser=looser,
        tighter=tighter,
    )


def ordinals(values: Array, dtype: str) -> list[int]:
    """Where numbers stand among all of their dtype, in ascending order; both zeros at 0."""
    width = values.dtype.itemsize * 8
    bits = values.view(f"u{values.dtype.itemsize}").tolist()
    if dtype == "bfloat16":
        width, bits = 16, [it >> 16 for it in bits]
    sign = 1 << (width - 1)
    return [sign - it if it & sign else it for it in bits]


def _of_explanations(old: LossCases, new: LossCases, id: str) -> Iterator[Change]:
    """What the diagnosis files say otherwise of a case, dialects of the same change as one."""
    changed: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for dialect in new.answers:
        if dialect not in old.answers:
            continue
        before, after = old.explanations(dialect), new.explanations(dialect)
        if before is None or after is None:
            continue
        both = set(before.mistakes) & set(after.mistakes)
        mistakes = tuple(
            it for it in _changed(before.of_mistakes(id), after.of_mistakes(id)) if it in both
        )
        stages = tuple(_changed(before.of_stages(id), after.of_stages(id)))
        if mistakes or stages:
            changed.setdefault((mistakes, stages), []).append(dialect)
    for (mistakes, stages), dialects in changed.items():
        yield Change(
            Kind.EXPLANATION, new.loss, id, tuple(dialects), mistakes=mistakes, stages=stages
        )


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name)]


def _of_catalogue(old: Suite, new: Suite) -> Iterator[Change]:
    if old.files.get(CATALOGUE) == new.files.get(CATALOGUE):
        return
    before, after = old.catalogue, new.catalogue
    named = tuple(id for id in dict.fromkeys([*after, *before]) if (id in after) != (id in before))
    if named:
        words = ("mistakes of the catalogue",)
        yield Change(Kind.EXPLANATION, "", None, mistakes=named, words=words)
    told = tuple(id for id in after if id in before and after[id] != before[id])
    if told:
        words = ("what the catalogue says of", *told)
        yield Change(Kind.TEXT, "", None, words=words)


def _differences(old: Question, new: Question) -> Iterator[str]:
    """What two questions do not have in common."""
    for name in ("form", "dtype", "config"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{name}: {before} -> {after}"
    for name in dict.fromkeys([*old.inputs, *new.inputs]):
        a, b = old.inputs.get(name), new.inputs.get(name)
        if a is None or b is None:
            yield f"{name}: {'given' if a is None else 'left out'}"
        elif (a.dtype, a.values.shape) != (b.dtype, b.values.shape):
            yield (f"{name}: {a.dtype} {list(a.values.shape)} -> {b.dtype} {list(b.values.shape)}")
        elif not np.array_equal(a.values, b.values, equal_nan=a.values.dtype.kind == "f"):
            count = int(np.count_nonzero(a.values != b.values))
            yield f"{name}: {count} of {a.values.size} numbers"
