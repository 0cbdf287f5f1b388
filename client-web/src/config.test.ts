import { expect, test } from "vitest";
import { configFromAddress } from "./config";

const nothing = {
  isPlayWanted: false,
  name: undefined,
  matchId: undefined,
  mode: undefined,
  colour: undefined,
  transport: undefined,
};

test("an address without wishes shows the menu", () => {
  expect(configFromAddress("")).toEqual(nothing);
});

test("a deep link plays at once", () => {
  expect(configFromAddress("?play&name=ADA&match=12ab&mode=teams&colour=3&transport=webtransport")).toEqual({
    isPlayWanted: true,
    name: "ADA",
    matchId: "12ab",
    mode: "teams",
    colour: 3,
    transport: "webtransport",
  });
});

test("nonsense is left out", () => {
  expect(configFromAddress("?play=0&name=%00%20&match=../x&mode=chess&colour=-1&transport=pigeon")).toEqual(nothing);
  expect(configFromAddress("?colour=")).toEqual(nothing);
});

test("a name is cut to sixteen whole characters", () => {
  expect(configFromAddress(`?name=${"🚀".repeat(20)}`).name).toBe("🚀".repeat(16));
});

test("a mode may be written with hyphens", () => {
  expect(configFromAddress("?mode=free-for-all").mode).toBe("free_for_all");
});
