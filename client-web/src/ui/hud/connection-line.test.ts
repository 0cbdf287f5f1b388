import { expect, it } from "vitest";

import type { NetStats } from "../../netcode/net-stats";
import { judge } from "./connection-line";

const FINE: NetStats = {
  connection: "live", tick: 1, host_tick: 1, lead_ticks: 1, rtt_ms: 20, jitter_ms: 1, loss: 0, snapshot_hz: 60, snapshot_bytes: 100, snapshot_age_ms: 10, visible: 1,
  prediction_error: 0, corrections: 0, rewinds: 0, input_margin_ticks: 1, input_margin_target_ticks: 1, clock_rate: 1, interpolation_delay_ms: 33, interpolation_ticks: 2, bytes_down_per_s: 1, bytes_up_per_s: 1,
  ticks_skipped: 0, resyncs: 0, snapshots_refused: 0, desyncs: 0, links_opened: 1, transport: "webtransport", tries: [],
};

it("a good connection is called fine", () => {
  expect(judge(FINE).level).toBe("good");
});

it("names the worst cause first", () => {
  expect(judge({ ...FINE, loss: 0.2, rtt_ms: 400 }).reason).toContain("lost on the way");
  expect(judge({ ...FINE, rtt_ms: 400 }).reason).toContain("long or crowded");
  expect(judge({ ...FINE, jitter_ms: 40 }).level).toBe("poor");
  expect(judge({ ...FINE, rtt_ms: 120 }).level).toBe("fair");
  expect(judge({ ...FINE, connection: "stalled" }).level).toBe("poor");
});
