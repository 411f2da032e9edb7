// The page: listens to the server and shows what it says. It computes no figure.

import { clock } from "./clock.js";
import { listen } from "./stream.js";
import { clear, setText } from "./dom.js";
import { drawFigure } from "./figure.js";
import { drawMap } from "./map.js";
import { drawQuality } from "./quality.js";
import { drawRanking } from "./ranking.js";
import { drawSources } from "./sources.js";
import { arrange, drawTile } from "./tile.js";
import { turns } from "./turns.js";

const wall = document.getElementById("wall");
const language = document.documentElement.lang;
const { boards, rotation, version } = document.body.dataset;
const POINTER_MILLISECONDS = 3000;
const DRAW = {
  figure: drawFigure, map: drawMap, quality: drawQuality, ranking: drawRanking,
  sources: drawSources, tile: drawTile,
};

function show(page) {
  if (wall.dataset.board !== page.board) clear();
  wall.dataset.board = page.board;
  wall.dataset.state = page.state;
  setText("title", page.title);
  setText("origin", page.origin);
  setText("date", page.date);
  clock.set(page.now);
  document.getElementById("answer").dataset.tone = page.answer.tone;
  setText("headline", page.answer.headline);
  setText("where", page.answer.where);
  setText("who", page.answer.who);
  for (const panel of page.panels) DRAW[panel.view](panel);
  if (page.layout) arrange(page);
}

// A pointer at rest has no business on a wall.
let rest = null;
document.addEventListener("pointermove", () => {
  document.body.dataset.idle = false;
  clearTimeout(rest);
  rest = setTimeout(() => { document.body.dataset.idle = true; }, POINTER_MILLISECONDS);
});

// The board before stays on the wall until the first page of the next one is here.
let leave = () => {};
turns(boards.split(" "), Number(rotation), (board) => {
  leave();
  leave = listen(`/api/board/${board}/stream?lang=${language}`, {
    onPage: show,
    onConnection: (connection) => { wall.dataset.connection = connection; },
    // The server has other files now: this page is not its page any more.
    onVersion: (found) => { if (found !== version) window.location.reload(); },
  });
});
