// A subsystem: is it well, one figure, since when, how old, from where.

import { element, parts, rows, setData, setText, svg } from "./dom.js";

// Each state has a shape of its own: colour alone says nothing to many people.
const SHAPES = {
  well: { name: "circle", attributes: { cx: 50, cy: 50, r: 42 } },
  warning: { name: "polygon", attributes: { points: "50,6 97,92 3,92" } },
  critical: { name: "polygon", attributes: { points: "50,2 98,50 50,98 2,50" } },
  stale: { name: "circle", attributes: { cx: 50, cy: 50, r: 36, class: "hollow" } },
  no_data: { name: "path", attributes: { d: "M 14 14 L 86 86 M 86 14 L 14 86", class: "hollow" } },
};

// What is longer is written smaller, and can still be read from 5 m.
const USUAL = 7;

export function mark() {
  return svg("svg", { viewBox: "0 0 100 100", class: "mark", "aria-hidden": "true" });
}

export function setMark(node, state) {
  if (node.dataset.state === state) return;
  node.dataset.state = state;
  const { name, attributes } = SHAPES[state];
  node.replaceChildren(svg(name, attributes));
}

function make(panel) {
  const made = {
    title: element("h3", "tile-title"),
    inferred: element("div", "tile-inferred"),
    mark: mark(),
    word: element("span", "tile-word"),
    since: element("span", "tile-since"),
    value: element("span", "tile-value"),
    unit: element("span", "tile-unit"),
    indicator: element("div", "tile-indicator"),
    period: element("span", "tile-period"),
    change: element("span", "tile-change"),
    source: element("span", "tile-source"),
    trouble: element("span", "tile-trouble"),
    age: element("span", "tile-age"),
  };
  const name = element("div", "tile-name", made.title, made.inferred);
  const state = element("div", "tile-state", made.mark, made.word, made.since);
  const figure = element("div", "tile-figure", made.value, made.unit);
  const turn = element("div", "tile-turn", made.period, made.change);
  const foot = element("div", "tile-foot", made.source, made.trouble, made.age);
  made.root = element("section", "tile", name, state, figure, made.indicator, turn, foot);
  made.root.id = `panel-${panel.id}`;
  return made;
}

export function drawTile(panel) {
  const made = parts(panel.id, () => make(panel));
  setData(made.root, "state", panel.state);
  setData(made.root, "old", panel.old);
  setText(made.title, panel.title);
  setText(made.inferred, panel.inferred);
  setMark(made.mark, panel.state);
  setText(made.word, panel.state_text);
  setText(made.since, panel.since);
  setText(made.value, panel.text);
  setData(made.value, "long", panel.text.length > USUAL);
  setData(made.value, "known", panel.value !== null);
  setText(made.unit, panel.unit);
  setText(made.indicator, panel.indicator);
  setText(made.period, panel.period);
  setText(made.change, panel.change?.text ?? "");
  setData(made.change, "tone", panel.change?.tone ?? "neutral");
  setData(made.change, "rising", panel.change?.rising ?? "");
  setText(made.source, panel.source);
  setText(made.trouble, panel.trouble);
  setText(made.age, panel.age);
}

function stand(node, row, { column, width, heading }) {
  const area = `${2 * row + (heading ? 1 : 2)} / ${column + 1} / span 1 / span ${width}`;
  if (node.dataset.area === area) return;
  node.dataset.area = area;
  node.style.gridArea = area;
  document.getElementById("board").append(node);
}

// Rows of headings and rows of tiles take turns.
export function arrange({ layout, tally }) {
  document.getElementById("board").style.setProperty("--columns", layout.columns);
  for (const { id, title, row, column, tiles } of layout.groups) {
    const heading = parts(`group-${id}`, () => element("h2", "group-title"));
    setText(heading, title);
    stand(heading, row, { column, width: tiles.length, heading: true });
    tiles.forEach((tile, at) => {
      stand(parts(tile).root, row, { column: column + at, width: 1 });
    });
  }
  if (layout.free) drawTally(tally, layout.free);
}

// How many are in each state: also the legend of shapes and colours.
function drawTally(tally, { row, column, width }) {
  const root = parts("tally", () => element("ul", "tally"));
  stand(root, row, { column, width });
  rows(root, tally.length, () => element(
    "li", "tally-row", mark(), element("span", "tally-count"), element("span", "tally-text"),
  )).forEach((node, at) => {
    const { state, text, count } = tally[at];
    const [shape, number, word] = node.children;
    setMark(shape, state);
    setData(node, "state", state);
    setData(node, "none", count === 0);
    setText(number, String(count));
    setText(word, text);
  });
}
