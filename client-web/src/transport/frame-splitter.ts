// Cuts a byte stream into frames of u16 (little endian) length + bytes, however the stream was split on its way.

/** One frame, its header included; `RELIABLE_FRAME_BYTES_MAX` of the core. */
const FRAME_BYTES_MAX = 16 * 1024;
const HEADER_BYTES = 2;

export class FrameSplitter {
  readonly #buffer = new Uint8Array(FRAME_BYTES_MAX);
  #length = 0;

  /** Calls `frame` for every frame that `bytes` completes. False: the peer sent an empty or oversize frame, and the stream is lost. */
  push(bytes: Uint8Array, frame: (bytes: Uint8Array) => void): boolean {
    let at = 0;
    while (at < bytes.length) {
      at += this.#fill(bytes, at, HEADER_BYTES);
      if (this.#length < HEADER_BYTES) return true;
      const total = HEADER_BYTES + this.#frameLength();
      if (total === HEADER_BYTES || total > FRAME_BYTES_MAX) return false;
      at += this.#fill(bytes, at, total);
      if (this.#length < total) return true;
      this.#length = 0;
      // A copy: whoever takes it may keep it, and the buffer is used again at once.
      frame(this.#buffer.slice(HEADER_BYTES, total));
    }
    return true;
  }

  #frameLength(): number {
    return (this.#buffer[0] ?? 0) | ((this.#buffer[1] ?? 0) << 8);
  }

  /** Copies until `until` bytes are buffered or the input ends; says how many it took. */
  #fill(bytes: Uint8Array, from: number, until: number): number {
    const count = Math.max(0, Math.min(until - this.#length, bytes.length - from));
    this.#buffer.set(bytes.subarray(from, from + count), this.#length);
    this.#length += count;
    return count;
  }
}

/** The same frame with its length in front, ready for a byte stream. */
export function frameWithLength(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  if (frame.length === 0 || frame.length + HEADER_BYTES > FRAME_BYTES_MAX) {
    throw new RangeError(`a frame of ${frame.length} bytes cannot be sent`);
  }
  const framed = new Uint8Array(HEADER_BYTES + frame.length);
  framed[0] = frame.length & 0xff;
  framed[1] = frame.length >> 8;
  framed.set(frame, HEADER_BYTES);
  return framed;
}
