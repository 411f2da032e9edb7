// The clock of the figures, carried on between two pages by the browser's steady clock.

import { setText } from "./dom.js";

const VIETNAM_SECONDS = 7 * 3600;

let base = null;

function tick() {
  if (base === null) return;
  const now = base.now + (performance.now() - base.at) / 1000;
  setText("time", new Date((now + VIETNAM_SECONDS) * 1000).toISOString().slice(11, 19));
}

export const clock = {
  // Unix seconds; null: not known.
  set(now) {
    base = now === null ? null : { now, at: performance.now() };
    if (now === null) setText("time", "");
    else tick();
  },
};

setInterval(tick, 250);
