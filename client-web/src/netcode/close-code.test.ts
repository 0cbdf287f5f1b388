import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CLOSE_CODES, closeCode } from "./close-code";

test("the table is the core's table", () => {
  const rust = readFileSync(new URL("../../../shared/src/protocol/close_code.rs", import.meta.url), "utf8");
  const table = rust.slice(rust.lastIndexOf("close_codes! {"));
  const rows = [...table.matchAll(/^ {4}(\w+) = (\d+), (\w+), "(.*)";$/gmu)];
  const expected = rows.map(([, name, number, retry, sentence]) => ({
    number: Number(number),
    name,
    retry: retry?.toLowerCase(),
    sentence,
  }));
  expect(rows.length).toBe(table.split(";\n").length - 1);
  expect(CLOSE_CODES).toEqual(expected);
});

test("a number from a newer server means: come back", () => {
  expect(closeCode(4999)).toMatchObject({ name: "LinkLost", retry: "now" });
});
