// node demo/shot.mjs url out.png [w h] [wait_ms] [firefox]
import puppeteer from 'puppeteer-core';
import { mkdtempSync } from 'node:fs';
const [url, out, w = '1440', hgt = '900', wait = '3500', browserName = 'chromium', mobile = '0', script = ''] = process.argv.slice(2);
const dir = mkdtempSync('/tmp/shot-');
const browser = browserName === 'firefox'
  ? await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir: dir })
  : await puppeteer.launch({ executablePath: '/usr/bin/chromium', headless: true, userDataDir: dir, args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
page.on('console', (m) => console.log('[page]', m.text()));
page.on('pageerror', (e) => console.log('[error]', e.message));
await page.setViewport({ width: +w, height: +hgt, ...(browserName === 'firefox' ? {} : { hasTouch: mobile === '1', isMobile: mobile === '1', deviceScaleFactor: mobile === '1' ? 2 : 1 }) });
await page.goto(url, { waitUntil: 'load' });
await new Promise((r) => setTimeout(r, +wait));
if (script) await page.evaluate(script);
if (script) await new Promise((r) => setTimeout(r, 600));
await page.screenshot({ path: out });
console.log(JSON.stringify(await page.evaluate(() => globalThis.perf?.())));
await browser.close();
