import { expect, test } from "vitest";
import { Stats } from "./stats";

test("the core is asked at most ten times a second", () => {
  let asked = 0;
  const stats = new Stats(() => {
    asked += 1;
    return JSON.stringify({ ...Stats.none, tick: asked });
  });
  for (let nowMs = 0; nowMs < 1000; nowMs += 10) stats.at(nowMs);
  expect(asked).toBe(10);
});

test("what links were tried is told at once, the last sixteen of them", () => {
  const stats = new Stats(() => JSON.stringify(Stats.none));
  stats.at(0);
  for (let round = 0; round < 20; round += 1) {
    stats.addTried([{ transport: "webtransport", outcome: "failed", detail: `try ${round}`, tookMs: round }]);
  }
  stats.setTransport("webtransport");
  const { transport, tries } = stats.at(1);
  expect(transport).toBe("webtransport");
  expect(tries.length).toBe(16);
  expect(tries.at(-1)).toEqual({ transport: "webtransport", outcome: "failed: try 19", took_ms: 19 });
});
