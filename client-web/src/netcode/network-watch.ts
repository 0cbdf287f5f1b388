// Listens for signs that the network may be back: `online`, and the page coming to the front again.

export class NetworkWatch {
  readonly #hints = new Set<() => void>();

  constructor(signal: AbortSignal) {
    const hint = (): void => {
      if (document.visibilityState === "visible") for (const wake of this.#hints) wake();
    };
    window.addEventListener("online", hint, { signal });
    window.addEventListener("pageshow", hint, { signal });
    document.addEventListener("visibilitychange", hint, { signal });
  }

  /** What the browser believes. It is sometimes wrong, so nothing may rest on it alone. */
  get isOnline(): boolean {
    return navigator.onLine;
  }

  /** Calls `wake` at the next sign of life, until `signal` ends. */
  onHint(wake: () => void, signal: AbortSignal): void {
    this.#hints.add(wake);
    signal.addEventListener("abort", () => this.#hints.delete(wake), { once: true });
  }
}
