/** Makes one element with its attributes and children: all of the page's markup goes through here, never through strings. */

export type Child = Node | string | null;

export type Listeners = Readonly<Record<string, (event: Event) => void>>;

/** `text` is the content, `on` the listeners; the rest are attributes, left out when false, null or undefined. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | Listeners>>;

export function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (typeof value === "object") {
      for (const [type, listener] of Object.entries(value)) made.addEventListener(type, listener);
    } else if (key === "text") made.textContent = String(value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** Text that is written only when it changes: sixty times a second nothing else is cheap enough. */
export class LiveText {
  readonly node: HTMLElement;
  #shown: string;

  constructor(node: HTMLElement) {
    this.node = node;
    this.#shown = node.textContent;
  }

  set(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.node.textContent = text;
  }
}

/** A class that is switched only when it changes. */
export class LiveFlag {
  readonly #node: Element;
  readonly #name: string;
  #isOn = false;

  constructor(node: Element, name: string) {
    this.#node = node;
    this.#name = name;
  }

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#node.classList.toggle(this.#name, isOn);
  }
}

/** A custom property from 0 to 1, written in steps of half a percent. */
export class LiveShare {
  readonly #node: HTMLElement | SVGElement;
  readonly #property: string;
  #steps = -1;

  constructor(node: HTMLElement | SVGElement, property: string) {
    this.#node = node;
    this.#property = property;
  }

  set(share: number): void {
    const steps = Math.round(Math.min(1, Math.max(0, share)) * 200);
    if (steps === this.#steps) return;
    this.#steps = steps;
    this.#node.style.setProperty(this.#property, String(steps / 200));
  }
}
