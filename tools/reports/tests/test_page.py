"""The HTML report in a real browser: it loads by itself, filters, and can be read by everybody."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import chromium
import pytest
from report_runs import Run, verify

pytestmark = pytest.mark.skipif(
    chromium.EXECUTABLE is None, reason="needs Debian's package chromium"
)

LEAST_CONTRAST = 4.5
"""What WCAG 2 asks of text, level AA."""

CONTRASTS = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let above = element; above; above = above.parentElement) {
      const colour = channels(getComputedStyle(above).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return channels(getComputedStyle(document.body).backgroundColor);
  };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, title")) continue;
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    const [light, dark] = [channels(ink), ground(element)].map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const name = element.tagName.toLowerCase() + "." + element.className + " " + ink;
    found[name] = Math.min(found[name] ?? 99, ratio);
  }
  return found;
})()
"""


@pytest.fixture(scope="module")
def view() -> Iterator[chromium.Page]:
    with chromium.page() as page:
        yield page


def _open(view: chromium.Page, run: Run, width: int = 1280, scheme: str = "light") -> None:
    view.show(width, scheme)
    view.open(run.path("report.html").as_uri())


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_the_page_needs_nothing_else(
    view: chromium.Page, name: str, request: pytest.FixtureRequest
) -> None:
    run = request.getfixturevalue(name)
    _open(view, run)
    assert view.complaints == []
    assert view.requests == [run.path("report.html").as_uri()]


def _shown(view: chromium.Page) -> list[list[str]]:
    return view.evaluate(
        """[...document.querySelectorAll("[data-case]:not([hidden])")].map(({ dataset: own }) =>
             [own.loss, own.dialect, own.dtype, own.flag])"""
    )


def _settle(view: chromium.Page) -> str:
    """What the filter says, after it has been applied."""
    view.evaluate("new Promise((done) => setTimeout(done, 250))")
    return view.evaluate("document.querySelector('#filter output').textContent")


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("loss", "huber", 0),
        ("dialect", "keras-3.15/jax", 1),
        ("dtype", "float64", 2),
        ("flag", "question", 3),
    ],
)
def test_fields_narrow_cases_down(
    view: chromium.Page, failing: Run, field: str, value: str, place: int
) -> None:
    _open(view, failing)
    everything = _settle(view)
    view.evaluate(
        f"""(() => {{
          const field = document.querySelector("#filter [name={field}]");
          field.value = {json.dumps(value)};
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }})()"""
    )
    narrowed = _settle(view)
    shown = _shown(view)
    assert shown
    assert all(value in case[place].split() for case in shown)
    assert narrowed != everything
    empty = view.evaluate(
        """[...document.querySelectorAll(".cause")].map((cause) =>
             cause.querySelector(".nothing").hidden
             === [...cause.querySelectorAll("[data-case]")].some((one) => !one.hidden))"""
    )
    assert all(empty)


def test_the_filter_is_used_by_keyboard(view: chromium.Page, failing: Run) -> None:
    _open(view, failing)
    everything = _settle(view)
    view.press("/")
    assert view.evaluate("document.activeElement.name") == "text"
    view.type("row_sums_1_99 float32")
    view.press("Enter")
    narrowed = _settle(view)
    assert narrowed != everything
    rows = view.evaluate(
        "[...document.querySelectorAll('#case-list tbody th')].map((cell) => cell.textContent)"
    )
    assert rows
    assert all("row_sums_1_99" in row and "float32" in row for row in rows)
    view.press("Tab")
    assert view.evaluate("document.activeElement.name") == "loss"
    view.evaluate("document.querySelector('#filter button').focus()")
    view.press("Enter")
    assert _settle(view) == everything


def test_passed_cases_are_listed(view: chromium.Page, passing: Run) -> None:
    _open(view, passing)
    report = json.loads(passing.text("report.json"))
    assert (
        _settle(view) == f"{len(report['cases'])} of {len(report['cases'])} cases, 0 of them failed"
    )
    listed = view.evaluate("document.querySelectorAll('#case-list tbody tr').length")
    assert listed == min(len(report["cases"]), 100)


def test_cases_open_by_keyboard_and_by_link(view: chromium.Page, failing: Run) -> None:
    _open(view, failing)
    view.evaluate("document.querySelector('#case-1-2 summary').focus()")
    view.press("Enter")
    assert view.evaluate("document.querySelector('#case-1-2').open")
    view.evaluate("location.hash = 'case-2-9'")
    _settle(view)
    assert view.evaluate("document.querySelector('#case-2-9').checkVisibility()")
    assert view.evaluate("document.querySelector('#case-2-9').open")


def test_causes_are_read_without_a_script(view: chromium.Page, failing: Run) -> None:
    view.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        _open(view, failing)
        nodes = view.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        view.send("Emulation.setScriptExecutionDisabled", value=False)
    texts = {
        node["name"]["value"]
        for node in nodes
        if not node["ignored"] and node.get("name", {}).get("value")
    }
    roles = {node["role"]["value"] for node in nodes if not node["ignored"]}
    for mistake in json.loads(failing.text("report.json"))["mistakes"]:
        if mistake["id"] in ("rescale_skipped", "sum_for_mean"):
            assert mistake["explanation"] in texts
            assert any(mistake["fix"] in text for text in texts)
    assert "searchbox" not in roles, "the filter needs a script"
    assert {"heading", "table", "main", "navigation"} <= roles


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
@pytest.mark.parametrize("name", ["passing", "failing"])
def test_texts_stand_out(
    view: chromium.Page, scheme: str, name: str, request: pytest.FixtureRequest
) -> None:
    _open(view, request.getfixturevalue(name), scheme=scheme)
    view.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    contrasts = view.evaluate(CONTRASTS)
    assert len(contrasts) > 15
    faint = {text: ratio for text, ratio in contrasts.items() if ratio < LEAST_CONTRAST}
    assert faint == {}


def test_schemes_differ(view: chromium.Page, failing: Run) -> None:
    grounds = []
    for scheme in chromium.SCHEMES:
        _open(view, failing, scheme=scheme)
        grounds.append(view.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_only_tables_are_wider_than_the_window(
    view: chromium.Page, failing: Run, width: int
) -> None:
    _open(view, failing, width)
    view.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert view.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_the_structure_is_told(
    view: chromium.Page, name: str, request: pytest.FixtureRequest
) -> None:
    _open(view, request.getfixturevalue(name))
    levels = view.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => +one.tagName[1])"
    )
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert view.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    unlabelled = view.evaluate(
        """[...document.querySelectorAll("input, select")].filter(
             (one) => one.labels.length !== 1).length"""
    )
    assert unlabelled == 0
    repeated = view.evaluate(
        """(() => {
          const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
          return ids.length - new Set(ids).size;
        })()"""
    )
    assert repeated == 0


def test_the_report_can_be_downloaded(view: chromium.Page, failing: Run, tmp_path: Path) -> None:
    _open(view, failing)
    view.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    view.evaluate("document.querySelector('#download').click()")
    for _ in range(40):
        _settle(view)
        if (tmp_path / "loss-parity.json").exists():
            break
    downloaded = json.loads((tmp_path / "loss-parity.json").read_text(encoding="utf-8"))
    assert downloaded == json.loads(failing.text("report.json"))


INJECTING = r"""
import json, sys
for line in sys.stdin:
    text = "</script><script>document.title = 'injected'</script><img src=x onerror=alert(1)>\u0001"
    error = {"code": "unknown\"><b>", "message": text}
    print(json.dumps({"id": json.loads(line)["id"], "error": error}), flush=True)
"""


def test_answers_are_no_markup(view: chromium.Page, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(INJECTING, encoding="utf-8")
    run = verify(
        tmp_path, "--case=huber.form.*", "--command", f"{sys.executable} {program} '<i>' --x"
    )
    assert run.status == 1, run.output
    _open(view, run)
    assert view.complaints == []
    assert view.requests == [run.path("report.html").as_uri()]
    assert view.evaluate("document.title").startswith("Failed: ")
    assert view.evaluate("document.querySelectorAll('img, b, i, script[src]').length") == 0
    assert "onerror=alert(1)" in view.evaluate("document.querySelector('.mismatch').textContent")
