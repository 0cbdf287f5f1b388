/** Chat and notices at the bottom left: Enter writes, Escape lets it be, lines fade by themselves. */

import { element } from "../element";
import { icon } from "../icon";
import type { Players } from "../players";

const LINES_MAX = 6;
const LINE_MS = 9000;
/** The wire's bound in bytes of UTF-8; longer text is cut here so that nobody writes in vain. */
const BYTES_MAX = 240;

/** The longest beginning of `text` that fits the wire, never half a character. */
export function cutToBytes(text: string, bytesMax = BYTES_MAX): string {
  const encoder = new TextEncoder();
  let cut = "";
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}

export class Chat {
  readonly root: HTMLElement;
  readonly #players: Players;
  readonly #lines = element("ol", { class: "chat-lines", "aria-live": "polite" });
  readonly #input: HTMLInputElement;
  readonly #form: HTMLFormElement;

  constructor(players: Players, onSend: (text: string) => void) {
    this.#players = players;
    this.#input = element("input", { class: "chat-input", type: "text", maxlength: BYTES_MAX, placeholder: "Say something", "aria-label": "Chat", autocomplete: "off", enterkeyhint: "send" });
    this.#form = element("form", { class: "chat-form", hidden: true }, this.#input);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = cutToBytes(this.#input.value.trim());
      if (text !== "") onSend(text);
      this.close();
    });
    this.#input.addEventListener("blur", () => {
      this.close();
    });
    const opener = element("button", { class: "chat-open round", type: "button", "aria-label": "Chat", on: { click: () => { this.open(); } } }, icon("chat"));
    this.root = element("section", { class: "chat", "aria-label": "Chat" }, this.#lines, this.#form, opener);
  }

  get isOpen(): boolean {
    return !this.#form.hidden;
  }

  open(): void {
    this.#form.hidden = false;
    this.root.classList.add("is-open");
    this.#input.focus();
  }

  close(): void {
    if (this.#form.hidden) return;
    this.#form.hidden = true;
    this.root.classList.remove("is-open");
    this.#input.value = "";
    this.#input.blur();
  }

  say(slot: number, name: string, text: string): void {
    const author = element("span", { class: "chat-name", text: name });
    author.style.color = this.#players.textColour(slot);
    this.#add(element("li", {}, author, text));
  }

  notice(text: string): void {
    this.#add(element("li", { class: "chat-notice", text }));
  }

  clear(): void {
    this.#lines.replaceChildren();
  }

  #add(line: HTMLElement): void {
    this.#lines.append(line);
    while (this.#lines.children.length > LINES_MAX) this.#lines.firstElementChild?.remove();
    setTimeout(() => {
      line.classList.add("is-old");
    }, LINE_MS);
  }
}
