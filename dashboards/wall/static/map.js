// The province as hexagons: brighter is a higher share, on a ramp without thresholds.

import { element, frame, parts, setAttribute, setData, setFrame, setText, svg } from "./dom.js";

const RADIUS = 100;
const WIDTH = Math.sqrt(3) * RADIUS;
const GAP = 5;
// Between the sides of a hexagon at the height of each line, with a little air.
const NAME_WIDTH = WIDTH - 2 * GAP - 6;
const DETAIL_WIDTH = 134;
const LOW = [29, 44, 74];
const HIGH = [206, 224, 252];
// From here on black letters are easier to read than white ones.
const BRIGHT = 0.42;

const colour = (shade) =>
  `rgb(${LOW.map((low, at) => Math.round(low + (HIGH[at] - low) * shade)).join(",")})`;

const centre = ({ x, y }) => [WIDTH * (x + 0.5), RADIUS * (1 + 1.5 * y)];

function outline() {
  const radius = RADIUS - GAP;
  return [0, 1, 2, 3, 4, 5]
    .map((corner) => (corner - 0.5) * (Math.PI / 3))
    .map((angle) => `${radius * Math.cos(angle)},${radius * Math.sin(angle)}`)
    .join(" ");
}

function makeCell(cell) {
  const [x, y] = centre(cell);
  const shape = svg("polygon", { points: outline(), class: "cell-shape" });
  const name = svg("text", { class: "cell-name", y: -35 });
  const value = svg("text", { class: "cell-value", y: 18 });
  const detail = svg("text", { class: "cell-detail", y: 55 });
  const root = svg("g", { transform: `translate(${x},${y})`, class: "cell" }, shape, name, value, detail);
  return { root, shape, name, value, detail };
}

function water(id, path) {
  return [
    svg("path", { id, d: path, class: "water" }),
    svg("text", { class: "water-name", dy: -14 },
      svg("textPath", { href: `#${id}`, startOffset: "50%", "text-anchor": "middle" })),
  ];
}

function make(panel) {
  const made = frame("map", panel.id);
  const [river, riverName] = water("river", "M 628 22 C 720 60, 785 140, 812 268");
  const [sea, seaName] = water("sea", "M 596 792 C 690 766, 770 690, 812 560");
  made.river = riverName.firstChild;
  made.sea = seaName.firstChild;
  made.cells = new Map(panel.cells.map((cell) => [cell.code, makeCell(cell)]));
  made.picture = svg(
    "svg", { viewBox: `-4 -4 ${4.75 * WIDTH + 8} ${8 * RADIUS + 8}`, class: "picture" },
    river, riverName, sea, seaName, ...[...made.cells.values()].map((cell) => cell.root),
  );
  made.note = element("p", "note");
  made.low = element("span", "scale-end");
  made.high = element("span", "scale-end");
  made.scale = element("div", "scale", made.low, ramp(), made.high);
  made.body.append(made.picture, element("div", "legend", made.note, made.scale));
  return made;
}

function ramp() {
  const gradient = svg(
    "linearGradient", { id: "ramp" },
    svg("stop", { offset: 0, "stop-color": colour(0) }),
    svg("stop", { offset: 1, "stop-color": colour(1) }),
  );
  return svg(
    "svg", { viewBox: "0 0 100 16", preserveAspectRatio: "none", class: "ramp" },
    gradient, svg("rect", { width: 100, height: 16, rx: 3, fill: "url(#ramp)" }),
  );
}

export function drawMap(panel) {
  const made = parts(panel.id, () => make(panel));
  setFrame(made, panel);
  setText(made.note, panel.note);
  setText(made.river, panel.river);
  setText(made.sea, panel.sea);
  made.scale.hidden = panel.scale === null;
  setText(made.low, panel.scale?.low ?? "");
  setText(made.high, panel.scale?.high ?? "");
  for (const cell of panel.cells) drawCell(made.cells.get(cell.code), cell);
}

// A long text is narrowed a little rather than cut.
function squeeze(line, width) {
  line.removeAttribute("textLength");
  if (line.getComputedTextLength() <= width) return;
  setAttribute(line, "textLength", width.toFixed(0));
  setAttribute(line, "lengthAdjust", "spacingAndGlyphs");
}

// Words in two lines, as a hexagon has room for them.
function halves(text) {
  const words = text.split(" ");
  const middle = Math.ceil(words.length / 2);
  return [words.slice(0, middle).join(" "), words.slice(middle).join(" ")];
}

function drawCell(made, cell) {
  setData(made.root, "state", cell.state);
  setData(made.root, "bright", cell.shade > BRIGHT);
  setAttribute(made.shape, "fill", colour(cell.shade));
  setText(made.name, cell.name);
  squeeze(made.name, NAME_WIDTH);
  const [value, detail] = cell.state === "no_data" ? halves(cell.text) : [cell.text, cell.detail];
  setText(made.value, value);
  setText(made.detail, detail);
  squeeze(made.value, NAME_WIDTH);
  squeeze(made.detail, DETAIL_WIDTH);
}
