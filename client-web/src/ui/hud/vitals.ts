/** Hull, shield, dash and rail at the bottom centre, and what the ship is under the spell of. */

import { header } from "../../netcode/frame-layout";
import { element, LiveFlag, LiveShare, LiveText } from "../element";
import { gaugeRing, icon, type IconName } from "../icon";

const WEAK_HULL = 0.35;
/** Wakes come and go within frames; words do not. */
const LINGER_MS = 240;

/** A round gauge with an icon, a key and a word; bright once it is full. */
export class Gauge {
  readonly root: HTMLElement;
  readonly #share: LiveShare;
  readonly #isReady: LiveFlag;

  constructor(iconName: IconName, label: string, key: string) {
    const ring = gaugeRing();
    this.root = element("div", { class: "gauge" }, element("div", { class: "gauge-dial" }, ring, icon(iconName)), element("span", { class: "gauge-label" }, element("kbd", { text: key }), label));
    this.#share = new LiveShare(ring, "--share");
    this.#isReady = new LiveFlag(this.root, "is-ready");
  }

  set(share: number): void {
    this.#share.set(share);
    this.#isReady.set(share >= 0.999);
  }
}

export class Vitals {
  readonly root: HTMLElement;
  readonly #hull: LiveShare;
  readonly #shield: LiveShare;
  readonly #hullText: LiveText;
  readonly #shieldText: LiveText;
  readonly #isWeak: LiveFlag;
  readonly #isGone: LiveFlag;
  readonly #dash = new Gauge("dash", "Dash", "Shift");
  readonly #rail = new Gauge("rail", "Rail", "E");
  readonly #chips: readonly Chip[];

  constructor() {
    const hullBar = element("div", { class: "bar bar-hull" }, element("div", { class: "bar-fill" }));
    const shieldBar = element("div", { class: "bar bar-shield" }, element("div", { class: "bar-fill" }));
    const hullText = element("span", { class: "bar-number", text: "100" });
    const shieldText = element("span", { class: "bar-number", text: "100" });
    this.#chips = [
      new Chip("Slipstream", "chip-wake", header.isInWake, false),
      new Chip("Haste", "chip-haste", header.hasteSeconds, true),
      new Chip("Overcharge", "chip-overcharge", header.overchargeSeconds, true),
      new Chip("Protected", "chip-protected", header.protectionSeconds, true),
    ];
    this.root = element(
      "section", { class: "vitals", "aria-label": "Your ship" },
      element("div", { class: "chips" }, ...this.#chips.map((chip) => chip.root)),
      element(
        "div", { class: "vitals-row" }, this.#dash.root,
        element(
          "div", { class: "bars" },
          element("div", { class: "bar-row bar-row-shield" }, element("span", { class: "bar-label", text: "Shield" }), shieldBar, shieldText),
          element("div", { class: "bar-row bar-row-hull" }, element("span", { class: "bar-label", text: "Hull" }), hullBar, hullText),
        ),
        this.#rail.root,
      ),
    );
    this.#hull = new LiveShare(hullBar, "--share");
    this.#shield = new LiveShare(shieldBar, "--share");
    this.#hullText = new LiveText(hullText);
    this.#shieldText = new LiveText(shieldText);
    this.#isWeak = new LiveFlag(this.root, "is-weak");
    this.#isGone = new LiveFlag(this.root, "is-gone");
  }

  update(frame: Float32Array, now_ms: number): void {
    const hull = frame[header.hull]!;
    const shield = frame[header.shield]!;
    this.#hull.set(hull);
    this.#shield.set(shield);
    this.#hullText.set(String(Math.ceil(hull * 100)));
    this.#shieldText.set(String(Math.ceil(shield * 100)));
    this.#isWeak.set(hull < WEAK_HULL);
    this.#isGone.set(frame[header.ownIsAlive] !== 1);
    this.#dash.set(frame[header.dashCharge]!);
    this.#rail.set(frame[header.railReady]!);
    for (const chip of this.#chips) chip.update(frame, now_ms);
  }
}

/** A word that is there while something lasts, with the seconds that are left. */
class Chip {
  readonly root: HTMLElement;
  readonly #field: number;
  readonly #isOn: LiveFlag;
  readonly #seconds: LiveText | null;
  #onUntil_ms = 0;

  constructor(label: string, className: string, field: number, hasSeconds: boolean) {
    const seconds = element("span", { class: "chip-seconds" });
    this.root = element("span", { class: `chip ${className}` }, label, hasSeconds ? seconds : null);
    this.#field = field;
    this.#isOn = new LiveFlag(this.root, "is-on");
    this.#seconds = hasSeconds ? new LiveText(seconds) : null;
  }

  update(frame: Float32Array, now_ms: number): void {
    const value = frame[this.#field]!;
    if (value > 0) this.#onUntil_ms = now_ms + LINGER_MS;
    this.#isOn.set(now_ms < this.#onUntil_ms);
    if (value > 0) this.#seconds?.set(`${Math.ceil(value)} s`);
  }
}
