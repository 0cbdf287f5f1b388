import { describe, expect, it } from "vitest";

import { Camera, type CameraTarget, pixelsPerMetre } from "./camera";

const RESTING: CameraTarget = { x: 1000, y: 2000, aim: 0, isAlive: true, isInWake: false, isDashing: false };

/** Far from any border, so that only the rule under test moves the camera. */
function settled(target: CameraTarget): Camera {
  const camera = new Camera();
  camera.setBounds(4000, 4000);
  for (let frame = 0; frame < 240; frame += 1) camera.follow(target, 1440, 900, 16);
  return camera;
}

describe("the camera", () => {
  it("shows no more in a very wide or a very tall window than its bounds", () => {
    for (const [width, height] of [[3840, 600], [390, 844], [1440, 900]] as const) {
      const scale = pixelsPerMetre(width, height);
      expect(width / scale).toBeLessThanOrEqual(84.001);
      expect(height / scale).toBeLessThanOrEqual(56.001);
    }
  });

  it("looks ahead to where the ship aims", () => {
    const camera = settled(RESTING);
    expect(camera.x).toBeGreaterThan(1003);
    expect(camera.y).toBeCloseTo(2000, 1);
  });

  it("steps back in a wake, but not with reduced motion", () => {
    const plain = settled(RESTING).scale;
    expect(settled({ ...RESTING, isInWake: true }).scale).toBeLessThan(plain * 0.96);
    const camera = new Camera();
    camera.isMotionReduced = true;
    for (let frame = 0; frame < 240; frame += 1) camera.follow({ ...RESTING, isInWake: true }, 1440, 900, 16);
    expect(camera.scale).toBeCloseTo(plain, 3);
  });

  it("travels a short jump and cuts a long one", () => {
    const camera = settled(RESTING);
    const before = camera.x;
    camera.follow({ ...RESTING, x: 1012 }, 1440, 900, 16);
    expect(camera.x - before).toBeLessThan(6);
    camera.follow({ ...RESTING, x: 1400 }, 1440, 900, 16);
    expect(camera.x).toBeGreaterThan(1395);
  });

  it("does not lag behind a ship that dashes", () => {
    const camera = settled(RESTING);
    let { x } = RESTING;
    const ahead = camera.x - x;
    for (let frame = 0; frame < 10; frame += 1) {
      x += 0.67;
      camera.follow({ ...RESTING, x, isDashing: true }, 1440, 900, 16.7);
    }
    expect(camera.x - x).toBeCloseTo(ahead, 2);
  });

  it("shows little of what lies beyond the level, and a small level whole", () => {
    const camera = settled({ ...RESTING, x: 0, y: 4000 });
    expect(camera.x - 1440 / camera.scale / 2).toBeCloseTo(-5, 3);
    expect((camera.y - 4000) * camera.scale + 450).toBeCloseTo(130, 1);
    camera.setBounds(20, 4000);
    camera.follow({ ...RESTING, x: 3 }, 1440, 900, 16);
    expect(camera.x).toBeCloseTo(10, 3);
  });

  it("does not shake with reduced motion", () => {
    const camera = settled(RESTING);
    camera.isMotionReduced = true;
    const { x } = camera;
    camera.shake(1);
    camera.follow(RESTING, 1440, 900, 16);
    expect(Math.abs(camera.x - x)).toBeLessThan(0.2);
  });
});
