/** The first screen: a name, a colour, a mode, and one button that plays. */

import type { Mode } from "../../netcode/core-event";
import { cssColour, PLAYER_COLOUR_NAMES, PLAYER_COLOURS } from "../../render/palette";
import { element } from "../element";
import { icon } from "../icon";
import { NAME_CHARS_MAX, type Settings } from "../settings";
import { menuArt } from "./menu-art";

export interface MenuCallbacks {
  onPlay(name: string, options: { readonly mode: Mode; readonly colour: number }): void;
  onSettings(): void;
  /** Name and colour are remembered. */
  onChosen(choice: { readonly name: string; readonly colour: number }): void;
}

const KEYS: readonly (readonly [string, string])[] = [
  ["W A S D", "fly"],
  ["Mouse", "aim"],
  ["Click or Space", "fire"],
  ["Right click or E", "rail"],
  ["Shift", "dash"],
  ["Tab", "scores"],
  ["Enter", "chat"],
];

export class Menu {
  readonly root: HTMLElement;
  readonly #name: HTMLInputElement;
  readonly #colours: readonly HTMLInputElement[];
  readonly #play: HTMLButtonElement;

  constructor(settings: Settings, callbacks: MenuCallbacks) {
    this.#name = element("input", {
      id: "pilot-name", class: "field", type: "text", maxlength: NAME_CHARS_MAX, value: settings.name, placeholder: "Pilot", autocomplete: "nickname", spellcheck: "false", enterkeyhint: "go",
    });
    this.#colours = PLAYER_COLOURS.map((colour, index) => {
      const input = element("input", { type: "radio", name: "colour", value: index, checked: index === settings.colour, "aria-label": PLAYER_COLOUR_NAMES[index] });
      input.style.setProperty("--swatch", cssColour(colour));
      return input;
    });
    const free = element("input", { type: "radio", name: "mode", value: "free_for_all", checked: true });
    const teams = element("input", { type: "radio", name: "mode", value: "teams" });
    this.#play = element("button", { class: "button is-primary is-large", type: "submit" }, icon("play"), "Play now");
    const form = element(
      "form", { class: "menu-form" },
      element("label", { class: "field-label", for: "pilot-name", text: "Your name" }),
      this.#name,
      element("fieldset", { class: "swatches" }, element("legend", { class: "field-label", text: "Colour" }), ...this.#colours),
      element(
        "fieldset", { class: "segments" }, element("legend", { class: "field-label", text: "Match" }),
        element("label", {}, free, element("span", { text: "Free for all" })),
        element("label", {}, teams, element("span", { text: "Two teams" })),
      ),
      this.#play,
      element("button", { class: "button", type: "button", on: { click: () => { callbacks.onSettings(); } } }, icon("gear"), "Settings"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const choice = { name: this.#name.value.trim(), colour: this.#colour };
      callbacks.onChosen(choice);
      callbacks.onPlay(choice.name, { mode: teams.checked ? "teams" : "free_for_all", colour: choice.colour });
    });
    this.root = element(
      "main", { class: "screen menu" }, menuArt(),
      element(
        "div", { class: "menu-card panel" },
        element("h1", { class: "wordmark", text: "Slipstream" }),
        element("p", { class: "tagline", text: "Every ship leaves a wake. Fly in theirs and you are quicker; look back, for somebody flies in yours." }),
        form,
      ),
      element("dl", { class: "keys" }, ...KEYS.flatMap(([key, what]) => [element("dt", {}, element("kbd", { text: key })), element("dd", { text: what })])),
      element("p", { class: "keys-touch", text: "Left thumb flies. Right thumb aims and fires." }),
    );
  }

  focus(): void {
    this.#play.focus({ preventScroll: true });
  }

  get #colour(): number {
    return Math.max(0, this.#colours.findIndex((input) => input.checked));
  }
}
