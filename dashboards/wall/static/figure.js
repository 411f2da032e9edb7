// A headline figure.

import { element, frame, parts, setData, setFigure, setFrame, setText } from "./dom.js";

// 99,79 in the wide panel and 605.859 in the others; what is longer is written smaller, and can
// still be read from 5 m.
const USUAL_WIDE = 5;
const USUAL = 7;

const length = (text) => text.replace(/[\s%]/g, "").length;

function make({ id, second }) {
  const made = frame("figure", id);
  made.value = element("div", "value");
  made.change = element("span", "change");
  made.basis = element("span", "basis");
  made.note = element("span", "note");
  made.aside = element("div", "aside", made.change, made.note, made.basis);
  // A wide panel has room for its base beside the age.
  if (second) made.foot.append(made.note);
  made.secondValue = element("span", "second-value");
  made.secondTitle = element("span", "second-title");
  made.second = element("div", "second", made.secondValue, made.secondTitle);
  made.body.append(made.value, made.aside, made.second);
  return made;
}

export function drawFigure(panel) {
  const made = parts(panel.id, () => make(panel));
  setFrame(made, panel);
  setFigure(made.value, panel.text);
  setData(made.value, "long", length(panel.text) > (panel.second ? USUAL_WIDE : USUAL));
  setText(made.note, panel.note);
  setData(made.note, "tone", panel.note_tone);
  setText(made.change, panel.change?.text ?? "");
  setText(made.basis, panel.change?.basis ?? "");
  setData(made.change, "tone", panel.change?.tone ?? "neutral");
  setData(made.change, "rising", panel.change?.rising ?? "");
  made.second.hidden = panel.second === null;
  setFigure(made.secondValue, panel.second?.text ?? "");
  setData(made.secondValue, "long", length(panel.second?.text ?? "") > USUAL_WIDE);
  setText(made.secondTitle, panel.second?.title ?? "");
}
