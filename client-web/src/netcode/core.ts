// The only door to wasm memory. Bytes and time go in; bytes, events and render frames come out; nobody else sees a pointer.

import init, { SlipstreamCore } from "../generated/slipstream_shared.js";
import type { Lane } from "../transport/link";
import type { CoreEvent } from "./core-event";

/** What the core wants sent. The bytes lie in wasm memory: use or copy them before the next call into the core. */
export interface Outgoing {
  readonly lane: Lane;
  readonly bytes: Uint8Array;
}

/** What may be said to the host; the core writes it in the protocol's words. */
export type PlayerMessage =
  | { readonly type: "chat"; readonly text: string }
  | { readonly type: "hidden"; readonly is_hidden: boolean };

let loading: Promise<WebAssembly.Memory> | undefined;

export class Core {
  #wasm: SlipstreamCore;
  readonly #memory: WebAssembly.Memory;

  private constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#wasm = new SlipstreamCore("{}");
  }

  /** A core for one session. The module is fetched and compiled once. */
  static async create(): Promise<Core> {
    loading ??= init().then((exports) => exports.memory);
    try {
      return new Core(await loading);
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  /** Forgets the session: what follows is a new seat. */
  restart(): void {
    this.#wasm.free();
    this.#wasm = new SlipstreamCore("{}");
  }

  linkOpened(nowMs: number, datagramBytesMax: number): void {
    this.#wasm.linkOpened(nowMs, datagramBytesMax);
  }

  linkLost(nowMs: number): void {
    this.#wasm.linkLost(nowMs);
  }

  /** The number of a close code when the link has to end, else 0. */
  receive(nowMs: number, lane: Lane, bytes: Uint8Array): number {
    return this.#wasm.receive(nowMs, lane, bytes);
  }

  setInput(moveX: number, moveY: number, aimRadians: number, buttons: number): void {
    this.#wasm.setInput(moveX, moveY, aimRadians, buttons);
  }

  advance(nowMs: number): void {
    this.#wasm.advance(nowMs);
  }

  pollSend(): Outgoing | undefined {
    const lane = this.#wasm.pollSend();
    if (lane !== 0 && lane !== 1) return undefined;
    return { lane, bytes: new Uint8Array(this.#memory.buffer, this.#wasm.sendPtr(), this.#wasm.sendLen()) };
  }

  pollEvent(): CoreEvent | undefined {
    const json = this.#wasm.pollEvent();
    // Our own core wrote it, from the same commit: its shape is a belief, not an input to check.
    return json === undefined ? undefined : (JSON.parse(json) as CoreEvent);
  }

  /** One drawn moment. The view lies in wasm memory: read it before the next call into the core. */
  render(nowMs: number): Float32Array {
    this.#wasm.render(nowMs);
    return new Float32Array(this.#memory.buffer, this.#wasm.framePtr(), this.#wasm.frameLen());
  }

  stats(nowMs: number): string {
    return this.#wasm.stats(nowMs);
  }

  /** The number of a close code when the link has to end, else 0. */
  send(message: PlayerMessage): number {
    return this.#wasm.send(JSON.stringify(message));
  }

  /** Gives the seat up; what is then sent is the goodbye. */
  leave(): void {
    this.#wasm.leave();
  }

  /** Gives the memory back; the core is of no use any more. */
  free(): void {
    this.#wasm.free();
  }
}
