// The browser's core reads and writes the golden bytes as the native one does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { memory, SlipstreamCore } from "./core.mjs";

const UNRELIABLE = 0;
const RELIABLE = 1;
const MALFORMED = 4020;
const DATAGRAM_BYTES_MAX = 1150;

const golden = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const frames = golden("frames");

function opened() {
  const core = new SlipstreamCore("{}");
  core.linkOpened(0, DATAGRAM_BYTES_MAX);
  return core;
}

/** A core whose session has begun. */
function welcomed() {
  const core = opened();
  const welcome = bytesOf(frames.valid.find(({ frame }) => frame.type === "welcome").hex);
  // The golden welcome is one of a session that goes on; in this one the host has heard nothing yet.
  new DataView(welcome.buffer).setUint32(15, 0, true);
  assert.equal(core.receive(1, RELIABLE, welcome), 0);
  return core;
}

/** Kind 3, the number, the message. */
function messageFrame(seq, hex) {
  const message = bytesOf(hex);
  const frame = new Uint8Array(5 + message.length);
  frame[0] = 3;
  new DataView(frame.buffer).setUint32(1, seq, true);
  frame.set(message, 5);
  return frame;
}

test("the first thing that the core says is the golden hello", () => {
  const core = opened();
  assert.equal(core.pollSend(), RELIABLE);
  const said = Buffer.from(memory.buffer, core.sendPtr(), core.sendLen()).toString("hex");
  assert.equal(said, frames.valid.find(({ frame }) => frame.type === "hello" && frame.received_seq === 0).hex);
});

test("frames that must be refused are", () => {
  for (const { hex, why } of frames.refused) {
    assert.equal(welcomed().receive(2, RELIABLE, bytesOf(hex)), MALFORMED, why);
  }
});

test("messages that must be refused are, and the others are not", () => {
  const messages = golden("messages");
  for (const { hex, why } of messages.refused_from_host) {
    assert.equal(welcomed().receive(2, RELIABLE, messageFrame(1, hex)), MALFORMED, why);
  }
  const started = 0;
  const core = welcomed();
  // The golden start of a match has no tunables, which only a codec accepts.
  const others = messages.from_host.filter(({ hex }) => bytesOf(hex)[0] !== started);
  others.forEach(({ hex, debug }, index) => assert.equal(core.receive(2, RELIABLE, messageFrame(index + 1, hex)), 0, debug));
});

test("golden snapshots are read, whatever was lost between them", () => {
  const core = welcomed();
  let seq = 0;
  let now = 2;
  for (const unit of golden("snapshots").stream) {
    now += 16;
    if (unit.snapshot) {
      assert.equal(core.receive(now, UNRELIABLE, bytesOf(unit.hex)), 0, `the snapshot of tick ${unit.snapshot.tick}`);
    } else {
      const { tick, index, count } = unit.piece;
      assert.ok(tick < 251, "one byte is enough for the tick");
      const bytes = bytesOf(unit.hex);
      const length = bytes.length < 251 ? [bytes.length] : [251, bytes.length & 255, bytes.length >> 8];
      const message = Buffer.from([1, tick, index, count, ...length, ...bytes]).toString("hex");
      seq += 1;
      assert.equal(core.receive(now, RELIABLE, messageFrame(seq, message)), 0, `piece ${index} of ${count}`);
    }
  }
});
