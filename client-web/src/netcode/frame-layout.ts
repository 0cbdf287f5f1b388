/**
 * Where each number of a render frame lies. The core writes the frame (shared/src/client/render_frame.rs) as one flat run of
 * floats: a header, then ships, bolts and effects, each of a fixed stride.
 */

export const FRAME_LAYOUT_VERSION = 1;

export const HEADER_FLOATS = 32;
export const SHIP_FLOATS = 12;
export const BOLT_FLOATS = 8;
export const EFFECT_FLOATS = 8;

export const header = {
  layoutVersion: 0,
  shipCount: 1,
  boltCount: 2,
  effectCount: 3,
  /** Index of the own ship among the ships, or -1. */
  ownShipIndex: 4,
  cameraX: 5,
  cameraY: 6,
  predictedTick: 7,
  renderTick: 8,
  phase: 9,
  phaseSecondsLeft: 10,
  ownIsAlive: 11,
  respawnSeconds: 12,
  hull: 13,
  shield: 14,
  dashCharge: 15,
  railReady: 16,
  hasteSeconds: 17,
  overchargeSeconds: 18,
  protectionSeconds: 19,
  isInWake: 20,
  ownSlot: 21,
  scoreBlue: 22,
  scoreOrange: 23,
  speedMps: 24,
  connection: 25,
  pickupsLow: 26,
  pickupsHigh: 27,
  levelRevision: 28,
} as const;

export const ship = {
  slot: 0,
  x: 1,
  y: 2,
  vx: 3,
  vy: 4,
  aim: 5,
  flags: 6,
  hull: 7,
  shield: 8,
  team: 9,
  colour: 10,
  opacity: 11,
} as const;

export const shipFlag = {
  dashing: 1,
  protected: 2,
  haste: 4,
  overcharge: 8,
  inWake: 16,
  thrusting: 32,
  own: 64,
  away: 128,
} as const;

export const bolt = { id: 0, x: 1, y: 2, vx: 3, vy: 4, slot: 5, team: 6, colour: 7 } as const;

export const effect = { kind: 0, x: 1, y: 2, x2: 3, y2: 4, slot: 5, magnitude: 6 } as const;

export const effectKind = {
  railLine: 1,
  boltHitWall: 2,
  boltHitShip: 3,
  shipDestroyed: 4,
  respawn: 5,
  dash: 6,
  pickupTaken: 7,
  ownHitConfirmed: 8,
  ownDamaged: 9,
  boltFired: 10,
} as const;

export const phaseNumber = { warmUp: 0, live: 1, ended: 2 } as const;

export const connectionNumber = { connecting: 0, live: 1, stalled: 2, lost: 3 } as const;

export const teamNumber = { solo: 0, blue: 1, orange: 2 } as const;

/** Pickups in each half of the ready mask: floats hold 24 bits exactly. */
const MASK_BITS = 24;

export function shipOffset(index: number): number {
  return HEADER_FLOATS + index * SHIP_FLOATS;
}

export function boltOffset(frame: Float32Array, index: number): number {
  return HEADER_FLOATS + frame[header.shipCount]! * SHIP_FLOATS + index * BOLT_FLOATS;
}

export function effectOffset(frame: Float32Array, index: number): number {
  return HEADER_FLOATS + frame[header.shipCount]! * SHIP_FLOATS + frame[header.boltCount]! * BOLT_FLOATS + index * EFFECT_FLOATS;
}

export function isPickupReady(frame: Float32Array, index: number): boolean {
  const mask = index < MASK_BITS ? frame[header.pickupsLow]! : frame[header.pickupsHigh]!;
  return ((mask >>> (index % MASK_BITS)) & 1) === 1;
}

/** Is the array long enough for what its header announces, in the layout this page knows? */
export function isFrame(frame: Float32Array): boolean {
  return (
    frame.length >= HEADER_FLOATS &&
    frame[header.layoutVersion] === FRAME_LAYOUT_VERSION &&
    effectOffset(frame, frame[header.effectCount]!) <= frame.length
  );
}
