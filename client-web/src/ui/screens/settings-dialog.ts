/** Settings: sound, picture, motion. Each takes effect at once; Escape or "Done" goes back. */

import { element } from "../element";
import type { Settings } from "../settings";

const QUALITIES: readonly (readonly [Settings["quality"], string])[] = [
  ["auto", "Automatic"],
  ["high", "High"],
  ["medium", "Medium"],
  ["low", "Low"],
];

export class SettingsDialog {
  readonly root: HTMLDialogElement;
  readonly #read: () => Settings;
  readonly #change: (change: Partial<Settings>) => void;

  constructor(read: () => Settings, change: (change: Partial<Settings>) => void) {
    this.#read = read;
    this.#change = change;
    this.root = element("dialog", { class: "panel dialog", "aria-label": "Settings" });
  }

  open(): void {
    const settings = this.#read();
    this.root.replaceChildren(
      element("h2", { text: "Settings" }),
      this.#volume(settings.volume),
      this.#switch("Sound", "M switches it, too", !settings.isMuted, (isOn) => ({ isMuted: !isOn })),
      this.#quality(settings.quality),
      this.#switch("Names above ships", "", settings.areNamesShown, (areNamesShown) => ({ areNamesShown })),
      this.#switch("Shake when hit", "", settings.isShakeOn, (isShakeOn) => ({ isShakeOn })),
      this.#switch("Less motion", "No shake, no zoom, no streaks", settings.isMotionReduced, (isMotionReduced) => ({ isMotionReduced })),
      element("div", { class: "dialog-actions" }, element("button", { class: "button is-primary", type: "button", text: "Done", on: { click: () => { this.root.close(); } } })),
    );
    this.root.showModal();
  }

  #volume(volume: number): HTMLElement {
    const input = element("input", { type: "range", min: 0, max: 100, step: 5, value: Math.round(volume * 100), id: "volume" });
    input.addEventListener("input", () => {
      this.#change({ volume: Number(input.value) / 100 });
    });
    return element("div", { class: "setting" }, element("label", { for: "volume", text: "Volume" }), input);
  }

  #quality(quality: Settings["quality"]): HTMLElement {
    const select = element("select", { id: "quality", class: "field" }, ...QUALITIES.map(([value, label]) => element("option", { value, text: label, selected: value === quality })));
    select.addEventListener("change", () => {
      this.#change({ quality: QUALITIES.find(([value]) => value === select.value)?.[0] ?? "auto" });
    });
    return element("div", { class: "setting" }, element("label", { for: "quality", text: "Picture" }), select);
  }

  #switch(label: string, note: string, isOn: boolean, change: (isOn: boolean) => Partial<Settings>): HTMLElement {
    const input = element("input", { type: "checkbox", class: "switch", checked: isOn });
    input.addEventListener("change", () => {
      this.#change(change(input.checked));
    });
    return element("label", { class: "setting" }, element("span", {}, label, note === "" ? null : element("small", { text: note })), input);
  }
}
