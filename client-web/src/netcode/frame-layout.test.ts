import { describe, expect, it } from "vitest";

import { BOLT_FLOATS, boltOffset, EFFECT_FLOATS, effectOffset, FRAME_LAYOUT_VERSION, header, HEADER_FLOATS, isFrame, isPickupReady, SHIP_FLOATS, shipOffset } from "./frame-layout";

function frameOf(ships: number, bolts: number, effects: number): Float32Array {
  const frame = new Float32Array(HEADER_FLOATS + ships * SHIP_FLOATS + bolts * BOLT_FLOATS + effects * EFFECT_FLOATS);
  frame[header.layoutVersion] = FRAME_LAYOUT_VERSION;
  frame[header.shipCount] = ships;
  frame[header.boltCount] = bolts;
  frame[header.effectCount] = effects;
  return frame;
}

describe("the frame's layout", () => {
  it("puts ships, bolts and effects one after the other", () => {
    const frame = frameOf(3, 2, 1);
    expect(shipOffset(0)).toBe(32);
    expect(boltOffset(frame, 0)).toBe(32 + 3 * 12);
    expect(effectOffset(frame, 0)).toBe(32 + 3 * 12 + 2 * 8);
  });

  it("refuses an array that is shorter than its header says, or of another version", () => {
    expect(isFrame(frameOf(3, 2, 1))).toBe(true);
    expect(isFrame(frameOf(3, 2, 1).subarray(0, 60))).toBe(false);
    expect(isFrame(new Float32Array(0))).toBe(false);
    const other = frameOf(0, 0, 0);
    other[header.layoutVersion] = FRAME_LAYOUT_VERSION + 1;
    expect(isFrame(other)).toBe(false);
  });

  it("reads pickups from both halves of the mask", () => {
    const frame = frameOf(0, 0, 0);
    frame[header.pickupsLow] = 2 ** 23 + 1;
    frame[header.pickupsHigh] = 2;
    expect([0, 1, 23, 24, 25, 47].filter((index) => isPickupReady(frame, index))).toEqual([0, 23, 25]);
  });
});
