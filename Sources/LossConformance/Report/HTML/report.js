// Filters the cases of the page, lists all cases, and gives the report's JSON away.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  const read = (id) => {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  };

  // Cases as objects; of each question one a dialect.
  const data = read("case-data");
  const cases = [];
  const words = { p: "passed", f: "failed", s: "skipped" };
  data.statuses.forEach((letters, dialect) => {
    data.questions.forEach(([id, loss, dtype, flags], place) => {
      const status = words[letters[place]];
      if (!status) return;
      const name = data.losses[loss];
      cases.push({
        id: id.startsWith(".") ? name + id : id,
        loss: name,
        dialect: data.dialects[dialect],
        dtype: data.dtypes[dtype],
        flags: flags.map((flag) => data.flags[flag]),
        status,
      });
    });
  });

  const shownCases = [...document.querySelectorAll("[data-case]")].map((element) => ({
    element,
    loss: element.dataset.loss,
    dialect: element.dataset.dialect,
    dtype: element.dataset.dtype,
    flags: element.dataset.flag.split(" "),
    status: element.dataset.status,
    text: (element.querySelector("summary code, th code").textContent + " "
      + (element.querySelector(".about, .prose")?.textContent ?? "")).toLowerCase(),
    key: element.dataset.dialect + " " + element.querySelector("summary code, th code").textContent,
  }));
  const places = new Map(
    shownCases.filter((one) => one.element.id).map((one) => [one.key, one.element.id]));

  const form = document.getElementById("filter");
  const output = form.querySelector("output");
  const list = document.getElementById("case-list");
  const most = 100;
  form.hidden = false;

  const field = (name) => form.elements[name].value;
  const matcher = () => {
    const [loss, dialect, dtype, flag, status] =
      ["loss", "dialect", "dtype", "flag", "status"].map(field);
    const sought = field("text").trim().toLowerCase().split(/\s+/).filter(Boolean);
    return (one, text) =>
      (!loss || one.loss === loss) && (!dialect || one.dialect === dialect)
      && (!dtype || one.dtype === dtype) && (!flag || one.flags.includes(flag))
      && (!status || one.status === status) && sought.every((word) => text.includes(word));
  };

  const cell = (row, kind, text) => {
    const made = document.createElement(kind);
    made.textContent = text;
    row.append(made);
    return made;
  };

  const showList = (found) => {
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-labelledby", "cases-heading");
    const table = document.createElement("table");
    table.className = "list";
    const head = table.createTHead().insertRow();
    for (const title of ["Case", "Dialect", "Dtype", "Flags", "Status"]) {
      cell(head, "th", title).scope = "col";
    }
    const body = table.createTBody();
    for (const one of found.slice(0, most)) {
      const row = body.insertRow();
      const name = cell(row, "th", "");
      name.scope = "row";
      const code = document.createElement("code");
      code.textContent = one.id;
      const place = places.get(one.dialect + " " + one.id);
      if (place) {
        const link = document.createElement("a");
        link.href = "#" + place;
        link.append(code);
        name.append(link);
      } else {
        name.append(code);
      }
      cell(row, "td", one.dialect).className = "dialect";
      cell(row, "td", one.dtype);
      cell(row, "td", one.flags.join(", "));
      cell(row, "td", one.status).className = one.status;
    }
    scroll.append(table);
    const hidden = found.length - most;
    const note = document.createElement("p");
    note.className = "quiet";
    note.textContent = hidden > 0
      ? `${hidden.toLocaleString("en")} more; narrow them down with the filter.` : "";
    list.replaceChildren(scroll, note);
  };

  const apply = () => {
    const matches = matcher();
    for (const one of shownCases) {
      one.element.hidden = !matches(one, `${one.text} ${one.flags.join(" ")}`);
    }
    for (const cause of document.querySelectorAll(".cause")) {
      const own = [...cause.querySelectorAll("[data-case]")];
      cause.querySelector(".nothing").hidden = own.some((element) => !element.hidden);
      for (const more of cause.querySelectorAll(".more")) {
        more.hidden = [...more.querySelectorAll("[data-case]")].every((one) => one.hidden);
      }
    }
    const found = cases.filter(
      (one) => matches(one, `${one.id} ${one.flags.join(" ")}`.toLowerCase()));
    const failed = found.filter((one) => one.status === "failed").length;
    output.textContent = `${found.length.toLocaleString("en")} of ${cases.length.toLocaleString("en")}`
      + ` cases, ${failed.toLocaleString("en")} of them failed`;
    showList(found);
  };

  let pending = 0;
  form.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(apply, 120);
  });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pending);
    apply();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    form.elements.text.focus();
  });
  apply();

  // A link to a case opens it.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    for (let above = target; above; above = above.parentElement?.closest("details")) {
      if (above.tagName === "DETAILS") above.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  const report = document.getElementById("report-data");
  const download = document.getElementById("download");
  if (report && download) {
    download.hidden = false;
    download.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([report.textContent], { type: "application/json" }));
      link.download = "loss-parity.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }
})();
