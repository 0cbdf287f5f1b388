// node demo/play.mjs url out-prefix w h seconds [mobile] [browser] : plays with a little pilot and takes pictures
import puppeteer from 'puppeteer-core';
import { mkdtempSync } from 'node:fs';
const [url, out, w = '1440', hgt = '900', seconds = '12', mobile = '0', name = 'chromium'] = process.argv.slice(2);
const dir = mkdtempSync('/tmp/shot-');
const browser = name === 'firefox'
  ? await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir: dir })
  : await puppeteer.launch({ executablePath: '/usr/bin/chromium', headless: true, userDataDir: dir, args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
page.on('console', (m) => console.log('[page]', m.text()));
page.on('pageerror', (e) => console.log('[error]', e.message));
await page.setViewport({ width: +w, height: +hgt, ...(name === 'firefox' ? {} : { hasTouch: mobile === '1', isMobile: mobile === '1', deviceScaleFactor: mobile === '1' ? 2 : 1 }) });
await page.goto(url, { waitUntil: 'load' });
await page.evaluate(() => {
  let t = 0, lastX = 0, lastY = 0, stuck = 0, turn = 0;
  setInterval(() => {
    t += 0.1;
    const s = window.slipstream.scene();
    if (!s.own) { window.slipstream.setInput({}); return; }
    let best = null, bd = 1e9;
    for (const o of s.others) { const d = Math.hypot(o.x - s.own.x, o.y - s.own.y); if (d < bd) { bd = d; best = o; } }
    if (Math.hypot(s.own.x - lastX, s.own.y - lastY) < 0.3) stuck += 1; else stuck = 0;
    lastX = s.own.x; lastY = s.own.y; if (stuck > 4) { turn = Math.random() * 6.28; stuck = -8; }
    const a = best ? Math.atan2(best.y - s.own.y, best.x - s.own.x) : t;
    const go = stuck < 0 ? turn : a + Math.sin(t * 0.7) * 0.6;
    const thrust = bd < 6 && stuck >= 0 ? 0.1 : 1;
    window.slipstream.setInput({ moveX: Math.cos(go) * thrust, moveY: Math.sin(go) * thrust, aim: a, fire: bd < 28, rail: bd < 30, dash: t % 3 < 0.2 });
  }, 100);
});
for (let i = 0; i < +seconds; i += 3) {
  await new Promise((r) => setTimeout(r, 3000));
  await page.screenshot({ path: `${out}-${i}.png` });
}
console.log(JSON.stringify(await page.evaluate(() => { const { links, tries, ...s } = window.slipstream.stats(); const sc = window.slipstream.scene(); return { ...s, tries, frames: sc.frames, alive: sc.is_alive, others: sc.others.length, given: sc.hits_given, taken: sc.hits_taken }; })));
await browser.close();
