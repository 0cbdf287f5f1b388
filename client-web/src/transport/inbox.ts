// Holds what arrives before somebody listens, so that no envelope is lost between a link's opening and its first reader.

import type { Lane, Receive } from "./link";

/** Before the handshake nobody may send us much; more than this is dropped, oldest first. */
const WAITING_MAX = 64;

export class Inbox {
  #receive: Receive | undefined;
  readonly #waiting: { lane: Lane; bytes: Uint8Array }[] = [];

  onReceive(receive: Receive): void {
    this.#receive = receive;
    for (const { lane, bytes } of this.#waiting.splice(0)) receive(lane, bytes);
  }

  deliver(lane: Lane, bytes: Uint8Array): void {
    if (this.#receive !== undefined) {
      this.#receive(lane, bytes);
      return;
    }
    this.#waiting.push({ lane, bytes });
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
  }
}
