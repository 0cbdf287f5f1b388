// The unreliable lane's way out: a few datagrams wait while the stream is busy, and a newer one pushes out the oldest.

/** An input and a ping of the same moment, twice; anything older is worth less than what replaces it. */
const WAITING_MAX = 4;

export class DatagramSlot {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  #isBusy = false;
  /** Datagrams that gave way to newer ones. */
  dropped = 0;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>) {
    this.#writer = writer;
  }

  send(bytes: Uint8Array): void {
    this.#waiting.push(new Uint8Array(bytes));
    if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.shift();
      this.dropped += 1;
    }
    if (!this.#isBusy) void this.#flush();
  }

  async #flush(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#waiting.length > 0) {
        if ((this.#writer.desiredSize ?? 0) <= 0) await this.#writer.ready;
        const next = this.#waiting.shift();
        if (next === undefined) return;
        // Not awaited: the stream's own water mark says when to wait. A datagram that fails is a lost one; the link's end is told by `closed`.
        this.#writer.write(next).catch(() => undefined);
      }
    } catch {
      this.#waiting.length = 0;
    } finally {
      this.#isBusy = false;
    }
  }
}
