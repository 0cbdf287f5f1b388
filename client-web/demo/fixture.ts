import { HEADER_FLOATS, SHIP_FLOATS, BOLT_FLOATS, EFFECT_FLOATS, header as h, ship as s, bolt as b, effect as e, shipFlag, effectKind } from "../src/netcode/frame-layout";
export const W = 96, H = 72;
const rects: [number, number, number, number][] = [];
const outline: number[][] = [];
const block = (x: number, y: number, w: number, hh: number) => { rects.push([x, y, w, hh]); outline.push([x, y, x + w, y, x + w, y + hh, x, y + hh]); };
block(20, 14, 10, 4); block(40, 10, 4, 12); block(62, 14, 12, 4); block(16, 30, 4, 12); block(30, 28, 6, 6); block(58, 28, 6, 6);
block(44, 44, 8, 4); block(74, 30, 4, 12); block(20, 54, 12, 4); block(60, 54, 12, 4); block(44, 58, 4, 8);
rects.push([0,0,W,2],[0,H-2,W,2],[0,2,2,H-4],[W-2,2,2,H-4]);
outline.push([2,2, W-2,2, W-2,H-2, 2,H-2].reverse().reduce<number[]>((a,_,i,arr)=>{ if(i%2===0){ a.push(arr[i+1]!, arr[i]!);} return a;},[]));
// an L
rects.push([80,50,4,12],[84,58,6,4]); outline.push([80,50,84,50,84,58,90,58,90,62,80,62]);
export const level = { type: "level" as const, revision: 1, name: "Crossing", mode: "free_for_all" as const, width_m: W, height_m: H, outline, solid: rects,
  pickups: [{ index: 0, kind: "repair" as const, x: 48, y: 30 }, { index: 1, kind: "haste" as const, x: 26, y: 42 }, { index: 2, kind: "overcharge" as const, x: 70, y: 42 }, { index: 3, kind: "repair" as const, x: 38, y: 46 }] };
export const NAMES = ["Ada", "Kestrel", "Moth", "Vanta", "Juno", "Brisk", "Okapi", "Tern", "Halo", "Quill", "Rook", "Sable", "Nimbus", "Wren", "Flint", "Echo", "Pike", "Lark", "Onyx", "Dune", "Zephyr", "Ibis", "Cobalt", "Ember", "Fern", "Gale", "Hex", "Iris", "Jolt", "Kite"];
export const N = 30;
export const teams = new URLSearchParams(location.search).get("teams") === "1";
export const players = NAMES.slice(0, N).map((name, i) => ({ slot: i, name, team: teams ? (i % 2 ? "orange" as const : "blue" as const) : "solo" as const, colour: i % 7, is_bot: i > 3 }));
const frame = new Float32Array(HEADER_FLOATS + 64 * SHIP_FLOATS + 256 * BOLT_FLOATS + 64 * EFFECT_FLOATS);
const bolts: { id: number; x: number; y: number; vx: number; vy: number; slot: number; t: number }[] = [];
let nextId = 1; let last = 0; const nextFire = new Float64Array(N).fill(0);
const pos = (i: number, t: number): [number, number] => {
  if (i === 1) { const [x, y] = pos(0, t + 0.42); return [x, y]; }
  const a = 0.55 + (i % 5) * 0.08, c = 0.7 + (i % 7) * 0.06;
  return [48 + Math.sin(t * a + i * 1.7) * (16 + (i % 6) * 4.5), 36 + Math.cos(t * c + i * 2.3) * (10 + (i % 5) * 4)];
};
export function makeFrame(t: number, opts: { dead?: boolean } = {}): Float32Array {
  const dt = Math.min(0.1, t - last); last = t;
  const f = frame; f.fill(0);
  f[h.layoutVersion] = 1; f[h.ownSlot] = 0; f[h.phase] = 1; f[h.phaseSecondsLeft] = 187 - t; f[h.connection] = 1;
  const effects: number[][] = [];
  const n = opts.dead ? N - 1 : N;
  f[h.shipCount] = n; f[h.ownShipIndex] = opts.dead ? -1 : 0;
  for (let k = 0; k < n; k++) {
    const i = opts.dead ? k + 1 : k;
    const [x, y] = pos(i, t), [x2, y2] = pos(i, t + 0.02);
    const o = HEADER_FLOATS + k * SHIP_FLOATS;
    const vx = (x2 - x) / 0.02, vy = (y2 - y) / 0.02;
    const aim = i === 0 ? -0.6 + Math.sin(t) * 0.8 : Math.atan2(vy, vx) + Math.sin(t * 2 + i) * 0.7;
    f.set([i, x, y, vx, vy, aim, 0, 1, 1, players[i]!.team === "solo" ? 0 : players[i]!.team === "blue" ? 1 : 2, players[i]!.colour, 1], o);
    let fl = shipFlag.thrusting;
    if (i === 0) fl |= shipFlag.own | shipFlag.inWake;
    if (i === 5) fl |= shipFlag.protected; if (i === 8) fl |= shipFlag.haste; if (i === 11) fl |= shipFlag.overcharge; if (i === 7 && t % 2 < 0.25) fl |= shipFlag.dashing; if (i === 13) fl |= shipFlag.away;
    f[o + s.flags] = fl;
    f[o + s.hull] = i % 4 === 0 ? 1 : 0.25 + (i % 3) * 0.3; f[o + s.shield] = i % 4 === 0 ? 1 : (i % 5) * 0.2;
    if (i === 0) { f[o + s.hull] = 0.72; f[o + s.shield] = 0.4; }
    if (t > nextFire[i]!) { nextFire[i] = t + 0.16 + Math.random() * (i === 0 ? 0.05 : 0.9); if (i !== 0 || Math.sin(t) > -0.5) { bolts.push({ id: nextId++, x: x + Math.cos(aim) * 1.4, y: y + Math.sin(aim) * 1.4, vx: Math.cos(aim) * 42, vy: Math.sin(aim) * 42, slot: i, t }); effects.push([effectKind.boltFired, x + Math.cos(aim) * 1.4, y + Math.sin(aim) * 1.4, 0, 0, i, 0, 0]); } }
    if (Math.random() < dt * 0.06) effects.push([effectKind.shipDestroyed, x, y, 0, 0, i, 1, 0]);
    if (Math.random() < dt * 0.12) effects.push([effectKind.railLine, x + Math.cos(aim) * 1.4, y + Math.sin(aim) * 1.4, x + Math.cos(aim) * 26, y + Math.sin(aim) * 26, i, 1, 0]);
    if (Math.random() < dt * 0.2) effects.push([effectKind.boltHitShip, x, y, 0, 0, i, 1, 0]);
    if (i === 7 && t % 2 < dt) effects.push([effectKind.dash, x, y, 0, 0, i, 0, 0]);
  }
  if (Math.random() < dt * 1.2) effects.push([effectKind.ownHitConfirmed, ...pos(1, t), 0, 0, 1, 1, 0]);
  if (Math.random() < dt * 0.5) effects.push([effectKind.ownDamaged, ...pos(0, t), 0, 0, 0, 0.4, 0]);
  if (Math.random() < dt * 0.4) effects.push([effectKind.pickupTaken, 48, 30, 0, 0, 3, 0, 0]);
  for (let i = bolts.length - 1; i >= 0; i--) {
    const q = bolts[i]!; q.x += q.vx * dt; q.y += q.vy * dt;
    const hit = rects.some(([x, y, w, hh]) => q.x > x && q.x < x + w && q.y > y && q.y < y + hh);
    if (hit) effects.push([effectKind.boltHitWall, q.x, q.y, 0, 0, q.slot, 0, 0]);
    if (hit || t - q.t > 1.1) bolts.splice(i, 1);
  }
  let o = HEADER_FLOATS + n * SHIP_FLOATS;
  const nb = Math.min(200, bolts.length); f[h.boltCount] = nb;
  for (let i = 0; i < nb; i++) { const q = bolts[i]!; f.set([q.id, q.x, q.y, q.vx, q.vy, q.slot, players[q.slot]!.team === "solo" ? 0 : players[q.slot]!.team === "blue" ? 1 : 2, players[q.slot]!.colour], o); o += BOLT_FLOATS; }
  const ne = Math.min(60, effects.length); f[h.effectCount] = ne;
  for (let i = 0; i < ne; i++) { f.set(effects[i]!, o); o += EFFECT_FLOATS; }
  const [cx, cy] = pos(0, t);
  f[h.cameraX] = cx; f[h.cameraY] = cy; f[h.ownIsAlive] = opts.dead ? 0 : 1; f[h.respawnSeconds] = opts.dead ? 1.4 : 0;
  f[h.hull] = 0.72; f[h.shield] = 0.4; f[h.dashCharge] = (t * 0.4) % 1.2 > 1 ? 1 : (t * 0.4) % 1.2; f[h.railReady] = Math.min(1, (t * 0.3) % 1.4); f[h.hasteSeconds] = 4.2; f[h.isInWake] = 1;
  f[h.scoreBlue] = 23; f[h.scoreOrange] = 19; f[h.speedMps] = 21.4; f[h.pickupsLow] = 0b0111; f[h.levelRevision] = 1;
  void b; void e;
  return f;
}
