import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FrameSplitter, frameWithLength } from "./frame-splitter";

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);
}

/** Much quicker to compare than a long array. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Small, seeded, good enough to choose where a stream is cut. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("FrameSplitter", () => {
  const frames = [bytes(1, 1), bytes(2, 2), bytes(255, 3), bytes(256, 4), bytes(3000, 5), bytes(16_382, 6), bytes(7, 7)];
  const stream = join(frames.map(frameWithLength));

  test("a stream cut anywhere gives the same frames", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const random = numbers(seed);
      const splitter = new FrameSplitter();
      const found: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const length = random() < 0.3 ? Math.floor(random() * 3) : Math.floor(random() * 4000);
        expect(splitter.push(stream.subarray(at, at + length), (frame) => found.push(frame)), `seed ${seed}`).toBe(true);
        at += length;
      }
      expect(found.map(text), `seed ${seed}`).toEqual(frames.map(text));
    }
  });

  test("byte by byte works as well as all at once", () => {
    for (const step of [1, stream.length]) {
      const splitter = new FrameSplitter();
      const found: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += step) splitter.push(stream.subarray(at, at + step), (frame) => found.push(frame));
      expect(found.map(text)).toEqual(frames.map(text));
    }
  });

  test("a frame keeps its bytes when the next one arrives", () => {
    const splitter = new FrameSplitter();
    const found: Uint8Array[] = [];
    splitter.push(frameWithLength(bytes(4, 1)), (frame) => found.push(frame));
    splitter.push(frameWithLength(bytes(4, 9)), (frame) => found.push(frame));
    expect(found[0]).toEqual(bytes(4, 1));
  });

  test("every golden frame crosses a stream as it is", () => {
    const golden = JSON.parse(readFileSync(new URL("../../../tests/golden/frames.json", import.meta.url), "utf8")) as {
      readonly valid: readonly { readonly hex: string }[];
    };
    const sent = golden.valid.map(({ hex }) => Buffer.from(hex, "hex"));
    const found: Uint8Array[] = [];
    const splitter = new FrameSplitter();
    for (const byte of join(sent.map(frameWithLength))) splitter.push(Uint8Array.of(byte), (frame) => found.push(frame));
    expect(sent.length).toBeGreaterThan(0);
    expect(found.map(text)).toEqual(sent.map(text));
  });

  test("an oversize frame is refused from its header on", () => {
    const delivered: Uint8Array[] = [];
    expect(new FrameSplitter().push(Uint8Array.of(0xff, 0x3f), (frame) => delivered.push(frame))).toBe(false);
    expect(new FrameSplitter().push(Uint8Array.of(0xfe, 0x3f), (frame) => delivered.push(frame))).toBe(true);
    expect(delivered).toEqual([]);
  });

  test("an empty frame is refused", () => {
    expect(new FrameSplitter().push(Uint8Array.of(0, 0, 1), () => undefined)).toBe(false);
  });

  test("what could not be read is not written", () => {
    expect(() => frameWithLength(new Uint8Array(0))).toThrow(RangeError);
    expect(() => frameWithLength(new Uint8Array(16_383))).toThrow(RangeError);
  });
});
