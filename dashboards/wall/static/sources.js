// Where the figures come from, and whether it still speaks.

import { element, parts, rows, setData, setText } from "./dom.js";

function make() {
  const title = element("h2", "panel-title");
  const list = element("ul", "source-list");
  const more = element("span", "source-more");
  document.getElementById("sources").append(title, list, more);
  return { title, list, more };
}

function makeRow() {
  return element(
    "li", "source",
    element("span", "source-mark"), element("span", "source-name"),
    element("span", "source-text"), element("span", "source-detail"),
  );
}

export function drawSources(panel) {
  const made = parts(panel.id, make);
  setText(made.title, panel.title);
  setText(made.more, panel.rows.length ? panel.more : panel.text);
  rows(made.list, panel.rows.length, makeRow).forEach((row, at) => {
    const found = panel.rows[at];
    const [, name, text, detail] = row.children;
    setData(row, "state", found.state);
    setText(name, found.name);
    setText(text, found.text);
    setText(detail, found.detail);
  });
}
