// The agencies with the highest share of overdue.

import { element, frame, parts, rows, setAttribute, setData, setFigure, setFrame, setText, svg } from "./dom.js";

function make(id) {
  const made = frame("ranking", id);
  made.note = element("p", "note");
  made.list = element("ol", "rows");
  made.empty = element("p", "empty");
  made.body.append(made.note, made.list, made.empty);
  return made;
}

function bar() {
  return svg(
    "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", class: "bar" },
    svg("rect", { width: 100, height: 4, class: "bar-track" }),
    svg("rect", { width: 0, height: 4, class: "bar-length" }),
  );
}

function makeRow() {
  return element(
    "li", "row",
    element("span", "row-name"), element("span", "row-value"),
    element("span", "row-where"), element("span", "row-detail"), bar(),
  );
}

export function drawRanking(panel) {
  const made = parts(panel.id, () => make(panel.id));
  setFrame(made, panel);
  setText(made.note, panel.note);
  setText(made.empty, panel.rows.length ? "" : panel.empty);
  rows(made.list, panel.rows.length, makeRow).forEach((row, at) => {
    const found = panel.rows[at];
    const [name, value, where, detail, length] = row.children;
    setData(row, "code", found.code);
    setText(name, found.name);
    setText(where, found.where);
    setFigure(value, found.text);
    setText(detail, found.detail);
    setAttribute(length.lastChild, "width", (100 * found.length).toFixed(1));
  });
}
