import { describe, expect, test } from "vitest";
import { Keyboard } from "./keyboard";
import { Mouse } from "./mouse";
import { type Pad, PadReader } from "./pad-reader";
import { Touch } from "./touch";

const forever = (): AbortSignal => new AbortController().signal;

function fire(target: EventTarget, type: string, fields: Readonly<Record<string, unknown>>): Event {
  const event = Object.assign(new Event(type, { cancelable: true }), fields);
  target.dispatchEvent(event);
  return event;
}

describe("Keyboard", () => {
  test("WASD and the arrows move, opposite keys cancel out", () => {
    const target = new EventTarget();
    const keyboard = new Keyboard(target, () => true, forever());
    fire(target, "keydown", { code: "KeyW" });
    fire(target, "keydown", { code: "ArrowRight" });
    expect(keyboard.read()).toMatchObject({ moveX: 1, moveY: -1 });
    fire(target, "keydown", { code: "KeyS" });
    fire(target, "keyup", { code: "ArrowRight" });
    expect(keyboard.read()).toMatchObject({ moveX: 0, moveY: 0 });
  });

  test("two keys of one action are two keys: letting go of one holds on", () => {
    const target = new EventTarget();
    const keyboard = new Keyboard(target, () => true, forever());
    fire(target, "keydown", { code: "ShiftLeft" });
    fire(target, "keydown", { code: "ShiftRight" });
    fire(target, "keyup", { code: "ShiftLeft" });
    expect(keyboard.read().dash).toBe(true);
  });

  test("keys that the page needs are left to it, and so are the browser's", () => {
    const target = new EventTarget();
    let isOurs = false;
    const keyboard = new Keyboard(target, () => isOurs, forever());
    expect(fire(target, "keydown", { code: "Space" }).defaultPrevented).toBe(false);
    isOurs = true;
    expect(fire(target, "keydown", { code: "KeyW", ctrlKey: true }).defaultPrevented).toBe(false);
    expect(keyboard.read()).toMatchObject({ fire: false, moveY: 0 });
    expect(fire(target, "keydown", { code: "Space" }).defaultPrevented).toBe(true);
    expect(keyboard.read().fire).toBe(true);
  });

  test("losing the window or the ship lets go of everything", () => {
    const target = new EventTarget();
    let isOurs = true;
    const keyboard = new Keyboard(target, () => isOurs, forever());
    fire(target, "keydown", { code: "KeyA" });
    fire(target, "blur", {});
    expect(keyboard.read().moveX).toBe(0);
    fire(target, "keydown", { code: "KeyA" });
    isOurs = false;
    keyboard.read();
    isOurs = true;
    expect(keyboard.read().moveX).toBe(0);
  });
});

describe("Mouse", () => {
  test("aims from the ship at the cursor", () => {
    const stage = new EventTarget();
    const window = new EventTarget();
    const mouse = new Mouse(stage, window, () => 1, forever());
    fire(window, "pointermove", { pointerType: "mouse", clientX: 100, clientY: 200, buttons: 0 });
    expect(mouse.read({ x: 100, y: 100 }).aim).toBeCloseTo(Math.PI / 2);
    expect(mouse.read({ x: 0, y: 200 }).aim).toBeCloseTo(0);
  });

  test("presses count on the stage, releases everywhere", () => {
    const stage = new EventTarget();
    const window = new EventTarget();
    const mouse = new Mouse(stage, window, () => 1, forever());
    fire(window, "pointerdown", { pointerType: "mouse", clientX: 0, clientY: 0, buttons: 1 });
    expect(mouse.read({ x: 0, y: 0 }).fire).toBe(false);
    fire(stage, "pointerdown", { pointerType: "mouse", clientX: 0, clientY: 0, buttons: 1 });
    fire(window, "pointermove", { pointerType: "mouse", clientX: 0, clientY: 0, buttons: 3 });
    expect(mouse.read({ x: 0, y: 0 })).toMatchObject({ fire: true, rail: true });
    fire(window, "pointerup", { pointerType: "mouse", buttons: 0 });
    expect(mouse.read({ x: 0, y: 0 })).toMatchObject({ fire: false, rail: false });
  });

  test("a mouse that lies still leaves the aim to others", () => {
    const window = new EventTarget();
    let nowMs = 0;
    const mouse = new Mouse(new EventTarget(), window, () => nowMs, forever());
    fire(window, "pointermove", { pointerType: "mouse", clientX: 1, clientY: 1, buttons: 0 });
    nowMs = 10_000;
    expect(mouse.read({ x: 0, y: 0 }).aim).toBeUndefined();
  });
});

describe("Touch", () => {
  function thumbs(): { stage: EventTarget; window: EventTarget; touch: Touch } {
    const stage = new EventTarget();
    const window = new EventTarget();
    return { stage, window, touch: new Touch(stage, window, () => 400, () => 5, forever()) };
  }

  test("the left thumb moves, the right one aims and fires", () => {
    const { stage, window, touch } = thumbs();
    fire(stage, "pointerdown", { pointerType: "touch", pointerId: 1, clientX: 50, clientY: 500 });
    fire(stage, "pointerdown", { pointerType: "touch", pointerId: 2, clientX: 350, clientY: 500 });
    expect(touch.read()).toMatchObject({ moveX: 0, moveY: 0, fire: false });
    fire(window, "pointermove", { pointerType: "touch", pointerId: 1, clientX: 150, clientY: 500 });
    fire(window, "pointermove", { pointerType: "touch", pointerId: 2, clientX: 350, clientY: 400 });
    const reading = touch.read();
    expect(reading).toMatchObject({ moveX: 1, moveY: 0, fire: true });
    expect(reading.aim).toBeCloseTo(-Math.PI / 2);
  });

  test("a thumb that leaves the glass lets go", () => {
    const { stage, window, touch } = thumbs();
    fire(stage, "pointerdown", { pointerType: "touch", pointerId: 2, clientX: 350, clientY: 500 });
    fire(window, "pointermove", { pointerType: "touch", pointerId: 2, clientX: 300, clientY: 500 });
    fire(window, "pointercancel", { pointerType: "touch", pointerId: 2 });
    expect(touch.read()).toMatchObject({ fire: false, aim: undefined });
    expect(touch.right).toBeUndefined();
  });

  test("a second thumb on the same half does not steal the stick", () => {
    const { stage, touch } = thumbs();
    fire(stage, "pointerdown", { pointerType: "touch", pointerId: 1, clientX: 50, clientY: 500 });
    fire(stage, "pointerdown", { pointerType: "touch", pointerId: 9, clientX: 60, clientY: 300 });
    expect(touch.left?.origin_y).toBe(500);
  });
});

describe("PadReader", () => {
  function pad(axes: readonly number[], held: readonly number[]): Pad {
    return { connected: true, axes, buttons: Array.from({ length: 17 }, (_, index) => ({ value: held.includes(index) ? 1 : 0 })) };
  }

  test("sticks rest in the dead zone and grow from its edge", () => {
    const read = (x: number): number => new PadReader(() => [null, pad([x, 0, 0, 0], [])], () => 0).read().moveX;
    expect(read(0.17)).toBe(0);
    expect(read(0.19)).toBeLessThan(0.05);
    expect(read(1)).toBe(1);
  });

  test("the right stick aims and triggers shoot", () => {
    const reading = new PadReader(() => [pad([0, 0, 0, -1], [7, 6, 0])], () => 4).read();
    expect(reading).toMatchObject({ fire: true, rail: true, dash: true, aimedAtMs: 4 });
    expect(reading.aim).toBeCloseTo(-Math.PI / 2);
  });

  test("no pad is rest", () => {
    expect(new PadReader(() => [null], () => 0).read()).toMatchObject({ moveX: 0, fire: false, aim: undefined });
  });
});
