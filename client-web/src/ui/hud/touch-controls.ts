/** What two thumbs see: sticks where they went down, and buttons for dash and rail that fill up like gauges. */

import { header } from "../../netcode/frame-layout";
import { element, LiveFlag, LiveShare } from "../element";
import { gaugeRing, icon } from "../icon";

/** Where a thumb went down and is now, in CSS pixels of the window. */
export interface ThumbView {
  readonly origin_x: number;
  readonly origin_y: number;
  readonly x: number;
  readonly y: number;
}

/** The knob follows the thumb this far. */
const REACH_PX = 56;

export class TouchControls {
  readonly root: HTMLElement;
  readonly #left = new Stick("stick stick-left");
  readonly #right = new Stick("stick stick-right");
  readonly #dash = new TouchButton("dash", "Dash");
  readonly #rail = new TouchButton("rail", "Rail");

  constructor() {
    this.root = element("div", { class: "touch" }, this.#left.root, this.#right.root, element("div", { class: "touch-buttons" }, this.#rail.root, this.#dash.root));
  }

  setThumbs(left: ThumbView | null, right: ThumbView | null): void {
    this.#left.set(left);
    this.#right.set(right);
  }

  update(frame: Float32Array): void {
    this.#dash.set(frame[header.dashCharge]!);
    this.#rail.set(frame[header.railReady]!);
  }
}

/** How far the knob sits from where the thumb went down. */
export function knobOffset(thumb: ThumbView, reach: number): readonly [number, number] {
  const x = thumb.x - thumb.origin_x;
  const y = thumb.y - thumb.origin_y;
  const length = Math.hypot(x, y);
  const share = length > reach ? reach / length : 1;
  return [x * share, y * share];
}

class Stick {
  readonly root: HTMLElement;
  readonly #knob = element("div", { class: "stick-knob" });
  #isUp = true;

  constructor(className: string) {
    this.root = element("div", { class: className }, this.#knob);
  }

  /** At rest the stick stands where a hint is useful; that place is in the style sheet. */
  set(thumb: ThumbView | null): void {
    if (thumb === null) {
      if (this.#isUp) return;
      this.#isUp = true;
      this.root.classList.remove("is-held");
      this.root.style.removeProperty("transform");
      this.#knob.style.removeProperty("transform");
      return;
    }
    this.#isUp = false;
    this.root.classList.add("is-held");
    this.root.style.transform = `translate(${thumb.origin_x}px, ${thumb.origin_y}px)`;
    const [x, y] = knobOffset(thumb, REACH_PX);
    this.#knob.style.transform = `translate(${x}px, ${y}px)`;
  }
}

class TouchButton {
  readonly root: HTMLElement;
  readonly #share: LiveShare;
  readonly #isReady: LiveFlag;

  constructor(name: "dash" | "rail", label: string) {
    const ring = gaugeRing();
    this.root = element("div", { class: `touch-button touch-${name}`, "data-touch-button": name, role: "button", "aria-label": label }, ring, icon(name), element("span", { class: "touch-label", text: label }));
    this.#share = new LiveShare(ring, "--share");
    this.#isReady = new LiveFlag(this.root, "is-ready");
  }

  set(share: number): void {
    this.#share.set(share);
    this.#isReady.set(share >= 0.999);
  }
}
