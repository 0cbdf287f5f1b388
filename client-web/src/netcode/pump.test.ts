import { expect, test } from "vitest";
import { LANE } from "../transport/link";
import { FakeCore, FakeLink } from "./fakes.test-kit";
import { Pump } from "./pump";

test("bytes go both ways and answers leave at once", () => {
  const core = new FakeCore();
  const link = new FakeLink();
  const pump = new Pump(core, () => 5);
  pump.attach(link, () => undefined);
  core.outgoing.push({ lane: LANE.reliable, bytes: Uint8Array.of(9) });
  link.arrive(LANE.unreliable, Uint8Array.of(1, 2));
  expect(core.received).toEqual([{ lane: 0, bytes: Uint8Array.of(1, 2) }]);
  expect(link.sent).toEqual([{ lane: 1, bytes: Uint8Array.of(9) }]);
  expect(pump.traffic).toEqual({ bytesDown: 2, bytesUp: 1, datagramsDown: 1, datagramsUp: 0 });
});

test("without a link nothing is taken from the core", () => {
  const core = new FakeCore();
  core.outgoing.push({ lane: LANE.reliable, bytes: Uint8Array.of(9) });
  new Pump(core, () => 0).drain();
  expect(core.outgoing.length).toBe(1);
});

test("a link that is not ours any more is not heard", () => {
  const core = new FakeCore();
  const old = new FakeLink();
  const pump = new Pump(core, () => 0);
  pump.attach(old, () => undefined);
  pump.attach(new FakeLink(), () => undefined);
  old.arrive(LANE.reliable, Uint8Array.of(1));
  expect(core.received).toEqual([]);
  expect(core.calls).toEqual(["opened", "lost", "opened"]);
  expect(old.isClosed).toBe(true);
});

test("a refusal of the core is told with its number", () => {
  const core = new FakeCore();
  core.verdict = 4020;
  const link = new FakeLink();
  const refusals: number[] = [];
  new Pump(core, () => 0).attach(link, (number) => refusals.push(number));
  link.arrive(LANE.reliable, Uint8Array.of(1));
  expect(refusals).toEqual([4020]);
});
