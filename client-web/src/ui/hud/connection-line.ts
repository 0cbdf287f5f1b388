/** How good the connection is, always visible at the bottom left; the reason for a poor one on hover, focus or tap. */

import type { NetStats } from "../../netcode/net-stats";
import { element, LiveText } from "../element";
import { percent, transportName } from "../format";

export interface Verdict {
  readonly level: "good" | "fair" | "poor";
  readonly reason: string;
}

const EVERY_MS = 250;

/** In plain words, the worst first. */
export function judge(stats: NetStats): Verdict {
  if (stats.connection === "lost") return { level: "poor", reason: "The connection is gone. The game is coming back by itself." };
  if (stats.connection === "connecting") return { level: "fair", reason: "Connecting." };
  if (stats.connection === "stalled" || stats.snapshot_age_ms > 500) return { level: "poor", reason: "Nothing has arrived for a moment. Your network or the server is stuck." };
  if (stats.loss > 0.1) return { level: "poor", reason: "Much is lost on the way. A cable, or a place nearer to your router, helps most." };
  if (stats.rtt_ms > 180) return { level: "poor", reason: "The way to the server is long or crowded: others react to you late." };
  if (stats.jitter_ms > 25) return { level: "poor", reason: "The connection is very uneven. Somebody may be using the same network heavily." };
  if (stats.loss > 0.02) return { level: "fair", reason: "Some of it is lost on the way; the game makes up for it." };
  if (stats.rtt_ms > 90) return { level: "fair", reason: "The way to the server is a bit long." };
  if (stats.jitter_ms > 10) return { level: "fair", reason: "The connection is a little uneven." };
  return { level: "good", reason: "The connection is fine." };
}

export class ConnectionLine {
  readonly root: HTMLElement;
  readonly #transport: LiveText;
  readonly #ping: LiveText;
  readonly #loss: LiveText;
  readonly #rate: LiveText;
  readonly #reason: LiveText;
  #level: Verdict["level"] = "fair";
  #shownAt_ms = -EVERY_MS;

  constructor(onTap: () => void) {
    const part = (className: string): HTMLElement => element("span", { class: className });
    const parts = { transport: part("connection-transport"), ping: part("connection-ping"), loss: part("connection-loss"), rate: part("connection-rate") };
    const reason = element("span", { class: "connection-reason", role: "tooltip", id: "connection-reason" });
    this.root = element(
      "button", { class: "connection is-fair", type: "button", "aria-describedby": "connection-reason", on: { click: onTap } },
      element("span", { class: "connection-mark" }), parts.transport, parts.ping, parts.loss, parts.rate, reason,
    );
    this.#transport = new LiveText(parts.transport);
    this.#ping = new LiveText(parts.ping);
    this.#loss = new LiveText(parts.loss);
    this.#rate = new LiveText(parts.rate);
    this.#reason = new LiveText(reason);
  }

  update(stats: NetStats, now_ms: number): void {
    if (now_ms - this.#shownAt_ms < EVERY_MS) return;
    this.#shownAt_ms = now_ms;
    const { level, reason } = judge(stats);
    const isOffline = stats.transport === "";
    this.#transport.set(isOffline ? "Offline" : transportName(stats.transport));
    this.#ping.set(isOffline ? "" : `${Math.round(stats.rtt_ms)} ms`);
    this.#loss.set(isOffline ? "" : `${percent(stats.loss)} lost`);
    this.#rate.set(isOffline ? "" : `${Math.round(stats.snapshot_hz)} Hz`);
    this.#reason.set(reason);
    if (level !== this.#level) {
      this.root.classList.replace(`is-${this.#level}`, `is-${level}`);
      this.#level = level;
    }
  }
}
