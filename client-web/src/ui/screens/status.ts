/** Loading, coming back, and trouble: one sentence and, where something can be done, one clear action. */

import { element } from "../element";

export interface Trouble {
  readonly title: string;
  readonly text: string;
  readonly action: "retry" | "reload" | "menu";
}

const ACTION_WORDS = { retry: "Try again", reload: "Reload the page", menu: "Back to the menu" } as const;

export class Status {
  readonly root = element("section", { class: "screen status", hidden: true });
  readonly #act: (action: Trouble["action"]) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(act: (action: Trouble["action"]) => void) {
    this.#act = act;
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  hide(): void {
    clearInterval(this.#timer);
    this.root.hidden = true;
  }

  loading(text: string, onCancel: () => void): void {
    this.#fill(
      "is-loading",
      element("h1", { class: "wordmark", text: "Slipstream" }),
      element("div", { class: "progress", role: "progressbar", "aria-label": text }),
      element("p", { role: "status", text }),
      element("button", { class: "button", type: "button", text: "Cancel", on: { click: onCancel } }),
    );
  }

  /** Small and at the top: the arena stays in sight, the seat is kept. */
  comingBack(attempt: number, retryInMs: number, onCancel: () => void): void {
    const note = element("p", { class: "quiet" });
    const endsAt = performance.now() + retryInMs;
    const count = (): void => {
      const seconds = Math.ceil((endsAt - performance.now()) / 1000);
      note.textContent = seconds > 0 ? `Next try in ${seconds} s. Your seat is kept.` : attempt > 1 ? `Try ${attempt}. Your seat is kept.` : "Your seat is kept.";
    };
    this.#fill("is-coming-back", element("div", { class: "panel toast", role: "alert" }, element("p", { class: "toast-title", text: "Connection lost. Coming back…" }), note, element("button", { class: "button", type: "button", text: "Leave", on: { click: onCancel } })));
    count();
    this.#timer = setInterval(count, 250);
  }

  trouble({ title, text, action }: Trouble): void {
    const button = element("button", { class: "button is-primary is-large", type: "button", text: ACTION_WORDS[action], on: { click: () => { this.#act(action); } } });
    this.#fill("is-trouble", element("div", { class: "panel trouble", role: "alert" }, element("h2", { text: title }), element("p", { text }), button));
    button.focus();
  }

  #fill(className: string, ...children: HTMLElement[]): void {
    clearInterval(this.#timer);
    this.root.className = `screen status ${className}`;
    this.root.replaceChildren(...children);
    this.root.hidden = false;
  }
}
