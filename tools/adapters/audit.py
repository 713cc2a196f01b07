"""The audit's verdict: what real Keras answers to the goldens, and why where it differs.

usage: audit.py [--explained FILE] REPORT...

A REPORT is one of `loss-parity verify --report json=FILE`. Each disagreement needs an explanation
in explained.json, each explanation a disagreement: exits with 1 where either lacks the other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

REPORT_SCHEMA = "loss-parity/report/4"
EXPLAINED = Path(__file__).with_name("explained.json")
PARTS = ("value", "gradient")
SHOWN = 20
"""How many unexplained disagreements of a dialect are shown."""


@dataclass(frozen=True)
class Explanation:
    """Why some cases of a dialect disagree with real Keras."""

    dialect: str
    case: str
    """A pattern of case ids: * is any characters, ? one."""
    part: str
    reason: str

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise ValueError(f"part is {self.part!r}, expected one of {PARTS}")
        if not self.reason.strip():
            raise ValueError(f"{self.case}: an explanation needs a reason")

    def matches(self, case: str) -> bool:
        """Whether it speaks of a case of its dialect."""
        return fnmatchcase(case, self.case)

    def explains(self, disagreement: Disagreement) -> bool:
        """Whether it is the reason of a disagreement in its dialect."""
        return disagreement.part == self.part and self.matches(disagreement.case)


@dataclass(frozen=True)
class Disagreement:
    """A part of an answer that is not the golden."""

    loss: str
    case: str
    part: str
    what: str


@dataclass
class LossTotal:
    """A row of a dialect's table."""

    cases: int = 0
    agreed: int = 0
    explained: int = 0
    unexplained: int = 0
    skipped: int = 0
    unanswered: int = 0
    """Cases whose gradient was not answered, where it did not have to be."""
    worst: dict[str, float] = field(default_factory=dict)
    """The largest error / allowed of each part, over the cases that agree."""

    def add(self, other: LossTotal) -> None:
        """Counts the cases of another row as well."""
        for name in ("cases", "agreed", "explained", "unexplained", "skipped", "unanswered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for part, used in other.worst.items():
            self.worst[part] = max(used, self.worst.get(part, 0.0))


@dataclass
class DialectAudit:
    """What became of the cases of a dialect."""

    dialect: str
    totals: dict[str, LossTotal]
    explained: dict[Explanation, list[Disagreement]]
    unexplained: list[Disagreement]
    matching: Counter[Explanation]
    """How many cases each explanation's pattern matches, those that agree as well."""
    use: Counter[float] = field(default_factory=Counter)
    """The distribution of error / allowed over the elements that differ: see `use`."""

    @property
    def unneeded(self) -> list[Explanation]:
        """The explanations that explain nothing."""
        return [explanation for explanation, cases in self.explained.items() if not cases]

    @property
    def passed(self) -> bool:
        """Whether each disagreement has its explanation, and the reverse."""
        checked = any(total.agreed for total in self.totals.values())
        return checked and not self.unexplained and not self.unneeded


def main() -> int:
    """Prints the audit of the reports; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--explained", type=Path, default=EXPLAINED)
    parser.add_argument("reports", type=Path, nargs="+", metavar="REPORT")
    arguments = parser.parse_args()
    entries = json.loads(arguments.explained.read_text())
    explanations = [Explanation(**entry) for entry in entries]
    reports = [read(path) for path in arguments.reports]
    cases = [case for report in reports for case in report["cases"]]
    audits = [
        audit(dialect, [case for case in cases if case["dialect"] == dialect], explanations)
        for dialect in dict.fromkeys(case["dialect"] for case in cases)
    ]
    for result in audits:
        result.use = use(result.dialect, reports)
    print("\n\n".join(text(result) for result in audits) or "no case was asked")
    return 0 if audits and all(result.passed for result in audits) else 1


def read(path: Path) -> dict[str, Any]:
    """A report."""
    report = json.loads(path.read_text())
    if report.get("schema") != REPORT_SCHEMA:
        raise ValueError(f"{path}: schema is {report.get('schema')}, expected {REPORT_SCHEMA}")
    return report


def use(dialect: str, reports: Iterable[dict[str, Any]]) -> Counter[float]:
    """How many elements have an error / allowed below each power of two, and not below half."""
    counts: Counter[float] = Counter()
    for report in reports:
        for total in report["totals"]:
            if total["dialect"] == dialect:
                for bin in total["tolerance_use"]["histogram"]:
                    counts[float(bin["below"])] += bin["count"]
    return counts


def quantile(counts: Counter[float], share: float) -> float:
    """What a share of the elements does not exceed, evenly spread between powers of two."""
    rank = share * sum(counts.values())
    for below in sorted(counts):
        if rank <= counts[below]:
            return below / 2 * (1 + rank / counts[below])
        rank -= counts[below]
    return 0.0


def audit(
    dialect: str, cases: Iterable[dict[str, Any]], explanations: Iterable[Explanation]
) -> DialectAudit:
    """Counts the cases of a dialect, each disagreement with the first explanation that matches."""
    known = [explanation for explanation in explanations if explanation.dialect == dialect]
    result = DialectAudit(dialect, {}, {explanation: [] for explanation in known}, [], Counter())
    for case in cases:
        result.matching.update(e for e in known if e.matches(case["id"]))
        total = result.totals.setdefault(case["loss"], LossTotal())
        total.cases += 1
        if case["status"] == "skipped":
            total.skipped += 1
            continue
        gradient = case.get("gradient", {})
        if gradient.get("kind") == "unanswered" and not gradient["failed"]:
            total.unanswered += 1
        found = list(disagreements(case))
        unexplained = len(result.unexplained)
        for disagreement in found:
            explanation = next((e for e in known if e.explains(disagreement)), None)
            if explanation is None:
                result.unexplained.append(disagreement)
            else:
                result.explained[explanation].append(disagreement)
        if not found:
            total.agreed += 1
            total.add(LossTotal(worst=worst(case)))
        elif len(result.unexplained) == unexplained:
            total.explained += 1
        else:
            total.unexplained += 1
    return result


def disagreements(case: dict[str, Any]) -> Iterator[Disagreement]:
    """The parts of a case that are not the golden; an answer as a whole counts as its value."""
    mismatch = case.get("mismatch")
    if mismatch:
        words = (mismatch.get(key) for key in ("kind", "actual", "message"))
        what = " ".join(word for word in words if word)
        if mismatch.get("expected"):
            what += f", expected the error {mismatch['expected']}"
        yield Disagreement(case["loss"], case["id"], "value", what)
    for name in PARTS:
        part = case.get(name)
        if part and part["failed"]:
            yield Disagreement(case["loss"], case["id"], name, difference(part))


def difference(part: dict[str, Any]) -> str:
    """What is wrong with a part, in a line."""
    if part["kind"] == "unanswered":
        return "not answered"
    if part["kind"] != "elements":
        return f"{part['kind']} {part['actual']}, expected {part['expected']}"
    elements = part["elements"]
    worst = elements["worst"][0]
    return (
        f"{elements['mismatched']} of {elements['count']} elements; at {worst['index']} "
        f"{worst['actual']}, expected {worst['expected']}, {ratio(worst['tolerance_used'])} "
        "the tolerance"
    )


def worst(case: dict[str, Any]) -> dict[str, float]:
    """The largest error / allowed of each part of a case that agrees."""
    used = {}
    for name in PARTS:
        elements = case.get(name, {}).get("elements")
        if elements:
            used[name] = elements.get("worst_passing", {}).get("tolerance_used", 0.0)
    return used


def text(result: DialectAudit) -> str:
    """The audit of a dialect as people read it."""
    lines = table(result)
    if result.use:
        median, most = (percent(quantile(result.use, share)) for share in (0.5, 0.99))
        lines += ["", f"error / allowed of {sum(result.use.values())} elements that differ: "]
        lines[-1] += f"median {median}, 99 % of them up to {most}"
    if any(result.explained.values()):
        lines += ["", "Explained disagreements:"]
    for explanation, cases in result.explained.items():
        if cases:
            count = f"{len(cases)} of {result.matching[explanation]} {explanation.part}s"
            lines.append(f"  {count}, {explanation.case}: {explanation.reason}")
    if result.unexplained:
        lines += ["", f"UNEXPLAINED, {len(result.unexplained)} disagreements:"]
    for disagreement in result.unexplained[:SHOWN]:
        lines.append(f"  {disagreement.case}: {disagreement.part}: {disagreement.what}")
    if len(result.unexplained) > SHOWN:
        lines.append(f"  ... {len(result.unexplained) - SHOWN} more")
    if result.unneeded:
        lines += ["", "EXPLANATIONS THAT NO CASE NEEDS:"]
        lines += [f"  {e.case}: {e.part}: {e.reason}" for e in result.unneeded]
    return "\n".join(lines)


def table(result: DialectAudit) -> list[str]:
    """The table of a dialect: a row for each loss, and their sum."""
    whole = LossTotal()
    for total in result.totals.values():
        whole.add(total)
    columns = ["cases", "agreed", "explained", "unexplained"]
    columns += [name for name in ("skipped", "unanswered") if getattr(whole, name)]
    rows = [[result.dialect, *columns, "worst value", "worst gradient"]]
    for loss, total in [*result.totals.items(), ("all", whole)]:
        counts = [str(getattr(total, name)) for name in columns]
        rows.append([loss, *counts, *(percent(total.worst.get(part)) for part in PARTS)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        )
        for row in rows
    ]


def percent(used: float | None) -> str:
    """A share of the tolerance; a dash where no element was compared."""
    return "-" if used is None else f"{used * 100:.2g} %"


def ratio(used: float | str) -> str:
    """How many times the tolerance an error is; the report has infinity as a string."""
    return "infinite times" if isinstance(used, str) else f"{used:.3g} times"


if __name__ == "__main__":
    sys.exit(main())
