/** Names drawn from one font picture: a text object belongs to a seat while it is seen, then to another. */

import { BitmapText, Container } from "pixi.js";

import { LABEL_FONT, LABEL_PX, type LabelBrush } from "./surface";

const LABELS_MAX = 64;
const NOBODY = -1;

interface Label {
  readonly text: BitmapText;
  slot: number;
  isSeen: boolean;
}

export class GlLabels implements LabelBrush {
  readonly container = new Container();
  readonly #bySlot = new Map<number, Label>();
  readonly #labels: Label[] = [];

  constructor() {
    this.container.eventMode = "none";
  }

  begin(): void {
    for (const label of this.#labels) label.isSeen = false;
  }

  label(slot: number, text: string, x: number, y: number, rgb: number, alpha: number): void {
    const label = this.#bySlot.get(slot) ?? this.#take(slot);
    if (!label) return;
    label.isSeen = true;
    if (label.text.text !== text) label.text.text = text;
    label.text.position.set(x, y);
    label.text.tint = rgb;
    label.text.alpha = alpha;
  }

  /** Labels that nobody asked for are free for others. */
  end(): void {
    for (const label of this.#labels) {
      label.text.visible = label.isSeen;
      if (label.isSeen || label.slot === NOBODY) continue;
      this.#bySlot.delete(label.slot);
      label.slot = NOBODY;
    }
  }

  #take(slot: number): Label | null {
    const free = this.#labels.find((label) => label.slot === NOBODY) ?? this.#make();
    if (!free) return null;
    free.slot = slot;
    this.#bySlot.set(slot, free);
    return free;
  }

  #make(): Label | null {
    if (this.#labels.length >= LABELS_MAX) return null;
    const text = new BitmapText({ text: "", style: { fontFamily: LABEL_FONT, fontSize: LABEL_PX, fontWeight: "500", fill: 0xffffff } });
    text.anchor.set(0.5, 1);
    this.container.addChild(text);
    const label = { text, slot: NOBODY, isSeen: false };
    this.#labels.push(label);
    return label;
  }
}
