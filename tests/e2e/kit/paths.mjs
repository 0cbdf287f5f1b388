// Where things are. `cargo xtask test` names them; by hand the usual places are taken.

import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Pictures and logs of the last run. */
export const OUT = fileURLToPath(new URL("../out/", import.meta.url));

const { env } = process;

/** The newer one of the builds, unless the environment names one. */
export function serverBinary() {
  if (env.E2E_SERVER !== undefined) return env.E2E_SERVER;
  const target = env.CARGO_TARGET_DIR ?? `${ROOT}target`;
  const builds = [`${target}/release/slipstream`, `${target}/debug/slipstream`].filter((path) => existsSync(path));
  if (builds.length === 0) throw new Error("no server is built: cargo build -p slipstream-server");
  return builds.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

export function pageFolder() {
  const folder = env.E2E_PAGE ?? `${ROOT}client-web/dist`;
  if (!existsSync(`${folder}/index.html`)) throw new Error("no page is built: cargo xtask page");
  return folder;
}

export const BROWSER_PROGRAMS = {
  chromium: env.E2E_CHROMIUM ?? "/usr/bin/chromium",
  firefox: env.E2E_FIREFOX ?? "/usr/bin/firefox-esr",
};
