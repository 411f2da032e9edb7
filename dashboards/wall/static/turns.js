// Which board is shown: they take turns, until somebody chooses one or stops them.

const DIGITS = "123456789";

// `boards` in their order; each stays for `seconds`, 0: for ever. `onTurn` gets the next one.
export function turns(boards, seconds, onTurn) {
  let at = 0;
  let paused = seconds === 0 || boards.length < 2;
  let timer = null;

  function wait() {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(() => show(at + 1), 1000 * seconds);
  }

  function show(next) {
    at = (next + boards.length) % boards.length;
    tell();
    onTurn(boards[at]);
    wait();
  }

  function tell() {
    document.body.dataset.paused = paused;
    for (const tab of document.querySelectorAll(".tab")) {
      tab.setAttribute("aria-pressed", tab.dataset.board === boards[at]);
    }
  }

  function pause() {
    paused = !paused;
    tell();
    wait();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || boards.length < 2) return;
    const digit = DIGITS.indexOf(event.key);
    if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === " ") pause();
    else if (digit >= 0 && digit < boards.length) show(digit);
    else return;
    event.preventDefault();
  });
  for (const tab of document.querySelectorAll(".tab")) {
    tab.addEventListener("click", () => {
      show(boards.indexOf(tab.dataset.board));
      tab.blur();
    });
  }
  show(0);
}
