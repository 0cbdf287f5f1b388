// The browser's copy of the core, loaded into node: the very file that the page downloads.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const GENERATED = new URL("../../client-web/src/generated/", import.meta.url);
const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));

const { initSync, SlipstreamCore, replayHashTrack } = await import(new URL("slipstream_shared.js", GENERATED));
export const { memory } = initSync({ module: readFileSync(new URL("slipstream_shared_bg.wasm", GENERATED)) });
export { replayHashTrack, SlipstreamCore };

/** A file that the Rust tests have left for these. */
export function left(name) {
  try {
    return readFileSync(`${TARGET}/tmp/${name}`);
  } catch (cause) {
    throw new Error(`${name} is missing; \`cargo xtask test --only rust-tests,wasm-tests\` makes it`, { cause });
  }
}
