import { expect, test } from "vitest";
import { BOLT_FLOATS, EFFECT_FLOATS, effectKind, header, HEADER_FLOATS, ship, SHIP_FLOATS, shipFlag } from "./netcode/frame-layout";
import { Scene } from "./scene";

/** Two ships, the second one our own, one bolt, and these effects. */
function frame(effects: readonly number[]): Float32Array {
  const floats = new Float32Array(HEADER_FLOATS + 2 * SHIP_FLOATS + BOLT_FLOATS + effects.length * EFFECT_FLOATS);
  floats[header.layoutVersion] = 1;
  floats[header.shipCount] = 2;
  floats[header.boltCount] = 1;
  floats[header.effectCount] = effects.length;
  floats[header.ownIsAlive] = 1;
  const own = HEADER_FLOATS + SHIP_FLOATS;
  floats.set([7, 10, 20], own);
  floats[own + ship.flags] = shipFlag.own | shipFlag.thrusting;
  floats.set([3, 30, 40], HEADER_FLOATS);
  effects.forEach((kind, index) => {
    floats[own + SHIP_FLOATS + BOLT_FLOATS + index * EFFECT_FLOATS] = kind;
  });
  return floats;
}

test("the own ship is told from the others", () => {
  const scene = new Scene();
  scene.take(frame([]));
  const view = scene.view();
  expect(view.own).toMatchObject({ slot: 7, x: 10, y: 20 });
  expect(view.others.map(({ slot }) => slot)).toEqual([3]);
  expect(view).toMatchObject({ frames: 1, is_alive: true, bolts: 1 });
});

test("hits and shots are counted over all frames", () => {
  const scene = new Scene();
  scene.take(frame([effectKind.ownHitConfirmed, effectKind.boltFired]));
  scene.take(frame([effectKind.ownDamaged, effectKind.railLine, effectKind.dash]));
  expect(scene.view()).toMatchObject({ hits_given: 1, hits_taken: 1, shots_seen: 2 });
});

test("a frame may be overwritten once it was taken", () => {
  const scene = new Scene();
  const floats = frame([]);
  scene.take(floats);
  floats.fill(0);
  expect(scene.view().own?.slot).toBe(7);
});

test("before the first frame, and of a frame that is none, there is an empty view", () => {
  const scene = new Scene();
  scene.take(new Float32Array(3));
  expect(scene.view()).toMatchObject({ frames: 0, own: null, others: [], bolts: 0 });
});
