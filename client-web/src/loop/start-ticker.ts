// Drives time: calls `step` every few milliseconds, whether the page is drawn or not.

const VISIBLE_MS = 5;
/** Enough to keep the link and the seat alive. */
const HIDDEN_MS = 50;

export function startTicker(step: () => void, signal: AbortSignal): void {
  const delay = (): number => (document.visibilityState === "visible" ? VISIBLE_MS : HIDDEN_MS);
  try {
    const worker = new Worker(new URL("./ticker-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", () => {
      step();
      worker.postMessage(delay());
    }, { signal });
    worker.addEventListener("error", () => {
      everySoOften(step, signal);
    }, { once: true, signal });
    signal.addEventListener("abort", () => {
      worker.terminate();
    }, { once: true });
    worker.postMessage(delay());
  } catch (error) {
    console.warn("No worker for the timer; a hidden tab will be slowed down:", error);
    everySoOften(step, signal);
  }
}

function everySoOften(step: () => void, signal: AbortSignal): void {
  const timer = setInterval(step, VISIBLE_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
  }, { once: true });
}
