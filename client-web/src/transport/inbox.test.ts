import { expect, test } from "vitest";
import { Inbox } from "./inbox";
import { LANE } from "./link";

test("what arrives before anybody listens is delivered in order by the first listener", () => {
  const inbox = new Inbox();
  inbox.deliver(LANE.reliable, Uint8Array.of(1));
  inbox.deliver(LANE.unreliable, Uint8Array.of(2));
  const heard: number[] = [];
  inbox.onReceive((_, bytes) => heard.push(bytes[0] ?? 0));
  inbox.deliver(LANE.reliable, Uint8Array.of(3));
  expect(heard).toEqual([1, 2, 3]);
});

test("a peer that talks before the handshake cannot fill the memory", () => {
  const inbox = new Inbox();
  for (let index = 0; index < 1000; index += 1) inbox.deliver(LANE.unreliable, Uint8Array.of(index & 0xff));
  const heard: number[] = [];
  inbox.onReceive((_, bytes) => heard.push(bytes[0] ?? 0));
  expect(heard.length).toBe(64);
  expect(heard.at(-1)).toBe(999 & 0xff);
});
