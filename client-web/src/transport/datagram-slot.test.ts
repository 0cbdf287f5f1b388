import { expect, test } from "vitest";
import { DatagramSlot } from "./datagram-slot";

test("a busy stream gets the newest datagrams, the oldest give way", async () => {
  const written: number[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: async (chunk) => {
      written.push(chunk[0] ?? 0);
      await gate;
    },
  });
  const slot = new DatagramSlot(stream.getWriter());
  for (let index = 0; index < 10; index += 1) slot.send(Uint8Array.of(index));
  open();
  await expect.poll(() => written.length).toBe(5);
  expect(written.slice(-4)).toEqual([6, 7, 8, 9]);
  expect(slot.dropped).toBe(10 - written.length);
});

test("the bytes are copied: wasm memory may change at once", async () => {
  const written: number[] = [];
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void written.push(chunk[0] ?? 0) });
  const memory = Uint8Array.of(7);
  new DatagramSlot(stream.getWriter()).send(memory);
  memory[0] = 9;
  await expect.poll(() => written).toEqual([7]);
});

test("a dead stream is no crash", async () => {
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: () => {
      throw new Error("gone");
    },
  });
  const writer = stream.getWriter();
  writer.closed.catch(() => undefined);
  const slot = new DatagramSlot(writer);
  for (let index = 0; index < 5; index += 1) slot.send(Uint8Array.of(index));
  await new Promise((resolve) => setTimeout(resolve, 5));
  slot.send(Uint8Array.of(1));
  await new Promise((resolve) => setTimeout(resolve, 5));
});
