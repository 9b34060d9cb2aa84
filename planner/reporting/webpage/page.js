// What every page can do: switch its language, sort and filter its tables, print one section.
"use strict";

const page = {
  data: JSON.parse(document.getElementById("data").textContent),
  listeners: [],
  get lang() { return document.documentElement.lang === "zh" ? "zh" : "en"; },
  // one of two texts, [English, Chinese]
  pick(pair) { return pair[page.lang === "zh" ? 1 : 0]; },
  text(key) { return page.pick(page.data.texts[key]); },
  // called now and after every switch of the language
  inLanguage(write) { page.listeners.push(write); write(); },
  element(tag, attributes = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...inside);
    return made;
  },
};

// ---- language ----
(() => {
  const switcher = document.querySelector(".languages");
  const buttons = [...switcher.querySelectorAll("button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.documentElement.lang = button.value;
      for (const write of page.listeners) write();
    });
  }
  page.inLanguage(() => {
    document.title = page.pick(page.data.title);
    for (const button of buttons) button.setAttribute("aria-pressed", button.value === page.lang);
  });
  switcher.hidden = false;
})();

// ---- tables ----
(() => {
  const LEAST_ROWS = 8;  // shorter tables need no filter

  // the text of a cell in the language that is shown
  function shown(cell) {
    const inLanguage = cell.querySelector(`:scope > [lang="${page.lang}"]`);
    return (inLanguage || cell).textContent.trim();
  }

  // "1,234.5", "99.51%", "\u22123" as a number; NaN where there is none
  function number(text) {
    const plain = text.replace(/[,%\s]/g, "").replace("\u2212", "-");
    return plain === "" ? NaN : Number(plain);
  }

  function keys(rows, column, isNumber) {
    return new Map(rows.map((row) => {
      const cell = row.cells[column];
      const text = cell.dataset.v || shown(cell);
      return [row, isNumber ? number(text) : text];
    }));
  }

  // what is empty comes last in either direction; equal rows keep their order
  function compare(a, b, way) {
    const missing = (x) => x === "" || Number.isNaN(x);
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    if (typeof a === "number") return way * (a - b);
    return way * a.localeCompare(b, page.lang, { numeric: true });
  }

  function sort(table, column) {
    const heads = [...table.tHead.rows[0].cells], head = heads[column];
    const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of heads) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    const body = table.tBodies[0], rows = [...body.rows];
    const key = keys(rows, column, head.classList.contains("n"));
    rows.sort((a, b) => compare(key.get(a), key.get(b), way));
    body.append(...rows);
  }

  function makeSortable(table) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = page.element("button", { type: "button" }, ...head.childNodes);
      page.inLanguage(() => { button.title = page.text("sort_by"); });
      button.addEventListener("click", () => sort(table, column));
      head.append(button);
      head.setAttribute("aria-sort", "none");
    });
  }

  function makeFilter(table) {
    const rows = [...table.tBodies[0].rows];
    const input = page.element("input", { type: "search" });
    const label = page.element("span"), count = page.element("span", { className: "grey" });
    count.setAttribute("role", "status");
    function apply() {
      const wanted = input.value.trim().toLocaleLowerCase().split(/\s+/);
      let left = 0;
      for (const row of rows) {
        const text = [...row.cells].map(shown).join(" ").toLocaleLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        left += !row.hidden;
      }
      count.textContent = page.text("rows_shown").replace("{n}", left).replace("{m}", rows.length);
    }
    input.addEventListener("input", apply);
    page.inLanguage(() => { label.textContent = page.text("filter_rows"); apply(); });
    const line = page.element("div", { className: "filter" }, page.element("label", {}, label, " ", input), count);
    table.closest(".scroll").before(line);
  }

  for (const table of document.querySelectorAll("table.sortable, table.fixed")) {
    if (table.matches(".sortable")) makeSortable(table);
    if (table.tBodies[0].rows.length >= LEAST_ROWS) makeFilter(table);
  }
})();

// ---- printing one section, and links to folded tables ----
(() => {
  const root = document.documentElement;
  for (const button of document.querySelectorAll("button.print")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.classList.add("printing");
      button.closest("section").classList.add("printed");
      window.print();
    });
  }
  window.addEventListener("afterprint", () => {
    root.classList.remove("printing");
    for (const section of document.querySelectorAll(".printed")) section.classList.remove("printed");
  });
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();
