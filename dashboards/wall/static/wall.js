// The page: listens to the server and shows what it says. It computes no figure.

import { clock } from "./clock.js";
import { listen } from "./stream.js";
import { setText } from "./dom.js";
import { drawFigure } from "./figure.js";
import { drawMap } from "./map.js";
import { drawRanking } from "./ranking.js";
import { drawSources } from "./sources.js";

const wall = document.getElementById("wall");
const language = document.documentElement.lang;
const { board, version } = document.body.dataset;
const POINTER_MILLISECONDS = 3000;
const DRAW = { figure: drawFigure, map: drawMap, ranking: drawRanking, sources: drawSources };

function show(page) {
  wall.dataset.state = page.state;
  setText("origin", page.origin);
  setText("date", page.date);
  clock.set(page.now);
  document.getElementById("answer").dataset.tone = page.answer.tone;
  setText("headline", page.answer.headline);
  setText("where", page.answer.where);
  setText("who", page.answer.who);
  for (const panel of page.panels) DRAW[panel.view](panel);
}

// A pointer at rest has no business on a wall.
let rest = null;
document.addEventListener("pointermove", () => {
  document.body.dataset.idle = false;
  clearTimeout(rest);
  rest = setTimeout(() => { document.body.dataset.idle = true; }, POINTER_MILLISECONDS);
});

listen(`/api/board/${board}/stream?lang=${language}`, {
  onPage: show,
  onConnection: (connection) => { wall.dataset.connection = connection; },
  // The server has other files now: this page is not its page any more.
  onVersion: (found) => { if (found !== version) window.location.reload(); },
});
