import { expect, it } from "vitest";

import { cutToBytes } from "./chat";

it("text is cut to the wire's bytes, never inside a character", () => {
  expect(cutToBytes("hello", 3)).toBe("hel");
  expect(cutToBytes("añb", 2)).toBe("a");
  expect(cutToBytes("😀😀", 7)).toBe("😀");
  expect(cutToBytes("x".repeat(500)).length).toBe(240);
});
