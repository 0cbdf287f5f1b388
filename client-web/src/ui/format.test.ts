import { expect, it } from "vitest";

import { bytesPerSecond, clock, count, ordinal, percent, transportName } from "./format";

it("a clock counts whole seconds up and never goes below zero", () => {
  expect(clock(300)).toBe("5:00");
  expect(clock(64.2)).toBe("1:05");
  expect(clock(0.1)).toBe("0:01");
  expect(clock(-3)).toBe("0:00");
});

it("ranks read as words do", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual(["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
});

it("shares show a decimal only where it matters", () => {
  expect([0, 0.004, 0.05, 0.126, 1].map(percent)).toEqual(["0 %", "0.4 %", "5.0 %", "13 %", "100 %"]);
});

it("bytes, counts and transports", () => {
  expect(bytesPerSecond(512)).toBe("512 B/s");
  expect(bytesPerSecond(12_700)).toBe("12.7 kB/s");
  expect(count(1, "kill", "kills")).toBe("1 kill");
  expect(count(2, "kill", "kills")).toBe("2 kills");
  expect(transportName("webtransport")).toBe("WebTransport");
  expect(transportName("carrier-pigeon")).toBe("carrier-pigeon");
});
