// The sources as a table: state and four scores, those in trouble first.

import { element, frame, parts, rows, setData, setFrame, setText } from "./dom.js";
import { mark, setMark } from "./tile.js";

const SCORES = 4;

function make(panel) {
  const made = frame("quality", panel.id);
  made.head = element("div", "quality-head", ...panel.head.map(() => element("span", "quality-title")));
  made.list = element("ol", "quality-rows");
  made.more = element("p", "quality-more");
  made.body.append(made.head, made.list, made.more);
  return made;
}

function makeRow() {
  const scores = Array.from({ length: SCORES }, () => element("span", "score"));
  const name = element(
    "span", "quality-name", element("span", "quality-source"), element("span", "quality-subsystem"),
  );
  const state = element(
    "span", "quality-state", element("span", "quality-word"), element("span", "quality-age"),
  );
  return element("li", "quality-row", mark(), name, state, ...scores);
}

// A source's state in the shapes of the subsystems'.
const SHAPE = { fresh: "well", late: "warning", dead: "critical", never: "no_data" };

export function drawQuality(panel) {
  const made = parts(panel.id, () => make(panel));
  setFrame(made, panel);
  panel.head.forEach((text, at) => setText(made.head.children[at], text));
  setText(made.more, panel.rows.length ? panel.more : panel.text);
  rows(made.list, panel.rows.length, makeRow).forEach((row, at) => {
    const found = panel.rows[at];
    const [shape, name, state, ...scores] = row.children;
    setData(row, "state", found.state);
    setMark(shape, SHAPE[found.state]);
    setText(name.children[0], found.name);
    setText(name.children[1], found.subsystem);
    setText(state.children[0], found.text);
    setText(state.children[1], found.age);
    scores.forEach((score, number) => {
      const { text, value, failed } = found.scores[number];
      setText(score, text);
      setData(score, "failed", failed);
      setData(score, "known", value !== null);
    });
  });
}
