// A timer that a hidden tab does not slow down. It fires only when the page has handled the last one, so nothing piles up.

addEventListener("message", (event: MessageEvent<number>) => {
  setTimeout(() => {
    postMessage(0);
  }, event.data);
});
