// Calls `draw` for every picture the screen shows, and for none while the page is hidden.

/** After a pause the picture goes on from where it is, not in one leap. */
const DT_MS_MAX = 100;

export function startFrameLoop(draw: (nowMs: number, dtMs: number) => void, signal: AbortSignal): void {
  let lastMs = performance.now();
  const frame = (): void => {
    if (signal.aborted) return;
    requestAnimationFrame(frame);
    // The time of the call, not the time the browser hands in: the core lives on this clock, and the other may lag behind it.
    const nowMs = performance.now();
    const dtMs = Math.min(DT_MS_MAX, nowMs - lastMs);
    lastMs = nowMs;
    draw(nowMs, dtMs);
  };
  requestAnimationFrame(frame);
}
