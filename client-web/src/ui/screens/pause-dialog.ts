/** Escape while playing: go on, settings, leave. The match does not wait, and says so. */

import { element } from "../element";

export class PauseDialog {
  readonly root: HTMLDialogElement;
  readonly #resume: HTMLButtonElement;

  constructor(on: { readonly onSettings: () => void; readonly onScores: () => void; readonly onLeave: () => void }) {
    const button = (text: string, act: () => void, className = "button"): HTMLButtonElement =>
      element("button", { class: className, type: "button", text, on: { click: () => { this.root.close(); act(); } } });
    this.#resume = button("Back to the match", () => undefined, "button is-primary");
    this.root = element(
      "dialog", { class: "panel dialog pause", "aria-label": "Pause" },
      element("h2", { text: "The match goes on" }),
      element("p", { class: "quiet", text: "Your ship is still out there." }),
      this.#resume,
      button("Score board", on.onScores),
      button("Settings", on.onSettings),
      button("Leave the match", on.onLeave),
    );
  }

  open(): void {
    this.root.showModal();
    this.#resume.focus();
  }
}
