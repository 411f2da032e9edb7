// Server-sent events that come back by themselves, also when the server was gone for long.

const SILENCE_MILLISECONDS = 15000;
const RETRY_MILLISECONDS = 2000;

// `onConnection` gets "open" or "lost". Returns what ends it.
export function listen(url, { onPage, onConnection, onVersion }) {
  let source = null;
  let watch = null;

  function open() {
    source = new EventSource(url);
    source.addEventListener("hello", (event) => onVersion(event.data));
    source.addEventListener("board", (event) => {
      expect();
      onConnection("open");
      onPage(JSON.parse(event.data));
    });
    // The browser retries a broken line, but not an answer that is no stream.
    source.addEventListener("error", () => {
      onConnection("lost");
      if (source.readyState === EventSource.CLOSED) again();
    });
    expect();
  }

  function expect() {
    clearTimeout(watch);
    watch = setTimeout(() => { onConnection("lost"); again(); }, SILENCE_MILLISECONDS);
  }

  function again() {
    source.close();
    clearTimeout(watch);
    watch = setTimeout(open, RETRY_MILLISECONDS);
  }

  open();
  return () => { source.close(); clearTimeout(watch); };
}
