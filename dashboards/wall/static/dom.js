// The few things the views do with the document.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Only what changed is written: a wall runs for months.
export function setText(target, text) {
  const node = typeof target === "string" ? document.getElementById(target) : target;
  if (node.textContent !== text) node.textContent = text;
}

// A figure whose unit is smaller than its number; the text stays the same to the letter.
export function setFigure(node, text) {
  if (node.textContent === text) return;
  const percent = text.indexOf("%");
  const end = percent < 0 ? text.length : text.slice(0, percent).trimEnd().length;
  node.replaceChildren(text.slice(0, end));
  if (percent >= 0) node.append(element("span", "unit", text.slice(end)));
}

export function setData(node, key, value) {
  if (node.dataset[key] !== String(value)) node.dataset[key] = value;
}

export function setAttribute(node, key, value) {
  if (node.getAttribute(key) !== String(value)) node.setAttribute(key, value);
}

// The parts of a panel, made by `make` when it is first shown.
const made = new Map();

// Another board comes: nothing of the one before stays.
export function clear() {
  made.clear();
  for (const id of ["board", "sources"]) document.getElementById(id).replaceChildren();
}

export function parts(id, make) {
  if (!made.has(id)) made.set(id, make());
  return made.get(id);
}

// As many rows as there is data, kept when they stay.
export function rows(list, count, make) {
  while (list.children.length > count) list.lastChild.remove();
  while (list.children.length < count) list.append(make());
  return [...list.children];
}

// Title, and at the foot what the panel says about itself: period, age or why not to trust it.
export function frame(kind, id) {
  const title = element("h2", "panel-title");
  const state = element("span", "panel-state");
  const body = element("div", "panel-body");
  const period = element("span", "period");
  const age = element("span", "age");
  const foot = element("div", "panel-foot", period, age, state);
  const root = element("section", `panel ${kind}`, title, body, foot);
  root.id = `panel-${id}`;
  document.getElementById("board").append(root);
  return { root, title, state, body, foot, period, age };
}

export function setFrame(made, panel) {
  setData(made.root, "state", panel.state);
  setText(made.title, panel.title);
  setText(made.state, panel.state_text);
  setText(made.period, panel.period);
  setText(made.age, panel.age);
}
