// Chromium and Firefox, started quietly with a new profile each, ended by their own process.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { BROWSER_PROGRAMS, ROOT } from "./paths.mjs";

// The packages of the page are the only ones that the project installs.
const resolve = createRequire(`${ROOT}client-web/package.json`).resolve;
const { default: puppeteer } = await import(pathToFileURL(resolve("puppeteer-core")).href);

/** Both makes: every rule holds in each. E2E_MAKES=chromium looks at one while a test is being written. */
export const MAKES = (process.env.E2E_MAKES ?? "chromium,firefox").split(",");

const OPTIONS = {
  chromium: {
    browser: "chrome",
    args: [
      // The tests may run as root, and a tab's frames must not wait for a window that nobody sees.
      "--no-sandbox",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-features=Translate,MediaRouter",
      "--enable-unsafe-swiftshader",
      "--autoplay-policy=no-user-gesture-required",
    ],
  },
  firefox: {
    browser: "firefox",
    extraPrefsFirefox: {
      "app.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "media.autoplay.default": 0,
    },
  },
};

export async function launch(make) {
  return puppeteer.launch({ ...OPTIONS[make], executablePath: BROWSER_PROGRAMS[make], headless: true, timeout: 60_000 });
}
