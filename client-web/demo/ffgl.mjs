import puppeteer from 'puppeteer-core';
import { mkdtempSync } from 'node:fs';
for (const [label, prefs, env] of [
 ['plain', {}, {}],
 ['force', {'webgl.force-enabled': true, 'gfx.webrender.software': true, 'webgl.enable-surface-texture': false}, {}],
 ['force+sw', {'webgl.force-enabled': true, 'gfx.x11-egl.force-disabled': true}, {LIBGL_ALWAYS_SOFTWARE: '1'}],
 ['force+egl', {'webgl.force-enabled': true, 'gfx.x11-egl.force-enabled': true}, {LIBGL_ALWAYS_SOFTWARE: '1', MOZ_WEBRENDER:'1'}],
 ['force+oop', {'webgl.force-enabled': true, 'webgl.out-of-process': false}, {}],
]) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir: mkdtempSync('/tmp/ff-'), extraPrefsFirefox: prefs, env: {...process.env, ...env} });
  const page = await browser.newPage();
  console.log(label, await page.evaluate(() => { const c = document.createElement('canvas'); let msg=''; c.addEventListener('webglcontextcreationerror', e => msg = e.statusMessage); const gl = c.getContext('webgl2') ?? c.getContext('webgl'); return gl ? gl.getParameter(gl.RENDERER) : 'none ' + msg; }));
  await browser.close();
}
