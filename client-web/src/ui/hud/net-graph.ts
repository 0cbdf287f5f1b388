/** The net graph (F3): the figures behind the connection line, with ten seconds of history for those that matter most. */

import type { NetStats } from "../../netcode/net-stats";
import { element, LiveText } from "../element";
import { bytesPerSecond, percent, transportName } from "../format";

const EVERY_MS = 100;
const SAMPLES = 100;
const WIDTH = 232;
const HEIGHT = 30;

interface Row {
  readonly label: string;
  readonly read: (stats: NetStats) => string;
}

const ROWS: readonly Row[] = [
  { label: "Transport", read: (s) => (s.transport === "" ? "none" : transportName(s.transport)) },
  { label: "Loss", read: (s) => percent(s.loss) },
  { label: "Snapshots", read: (s) => `${s.snapshot_hz.toFixed(0)} Hz, ${s.snapshot_bytes.toFixed(0)} B` },
  { label: "Input margin", read: (s) => `${s.input_margin_ticks.toFixed(2)} of ${s.input_margin_target_ticks.toFixed(2)} ticks` },
  { label: "Clock", read: (s) => `${((s.clock_rate - 1) * 100).toFixed(2)} %, ${s.lead_ticks.toFixed(1)} ticks ahead` },
  { label: "Others are shown", read: (s) => `${s.interpolation_delay_ms.toFixed(0)} ms late` },
  { label: "Corrections", read: (s) => `${s.corrections}, rewinds ${s.rewinds}` },
  { label: "Ships known", read: (s) => String(s.visible) },
  { label: "Down, up", read: (s) => `${bytesPerSecond(s.bytes_down_per_s)}, ${bytesPerSecond(s.bytes_up_per_s)}` },
  { label: "Ticks", read: (s) => `${s.host_tick} heard, ${s.tick} predicted` },
  { label: "Trouble", read: (s) => `${s.desyncs} desyncs, ${s.resyncs} resyncs, ${s.snapshots_refused} refused, ${s.ticks_skipped} skipped` },
];

const CURVES: readonly { readonly label: string; readonly unit: string; readonly top: number; readonly digits: number; readonly colour: string; readonly read: (stats: NetStats) => number }[] = [
  { label: "Ping", unit: "ms", top: 60, digits: 0, colour: "#56b4e9", read: (s) => s.rtt_ms },
  { label: "Jitter", unit: "ms", top: 10, digits: 1, colour: "#f0e442", read: (s) => s.jitter_ms },
  { label: "Snapshot age", unit: "ms", top: 60, digits: 0, colour: "#cc79a7", read: (s) => s.snapshot_age_ms },
  { label: "Prediction error", unit: "m", top: 0.5, digits: 2, colour: "#e69f00", read: (s) => s.prediction_error },
];

export class NetGraph {
  readonly root: HTMLElement;
  readonly #rows: readonly LiveText[];
  readonly #curves: readonly Curve[];
  readonly #tries: LiveText;
  #sampledAt_ms = -EVERY_MS;

  constructor() {
    const rows = ROWS.map(({ label }) => ({ label, value: element("dd") }));
    this.#rows = rows.map(({ value }) => new LiveText(value));
    this.#curves = CURVES.map((curve) => new Curve(curve.label, curve.unit, curve.top, curve.digits, curve.colour));
    const tries = element("p", { class: "net-tries" });
    this.#tries = new LiveText(tries);
    this.root = element(
      "section", { class: "net-graph", "aria-label": "Net graph", hidden: true },
      ...this.#curves.map((curve) => curve.root),
      element("dl", {}, ...rows.flatMap(({ label, value }) => [element("dt", { text: label }), value])),
      tries,
    );
  }

  toggle(): void {
    this.root.hidden = !this.root.hidden;
  }

  /** Keeps history also while hidden, so that opening it shows what just happened. */
  update(stats: NetStats, now_ms: number): void {
    if (now_ms - this.#sampledAt_ms < EVERY_MS) return;
    this.#sampledAt_ms = now_ms;
    CURVES.forEach((curve, index) => this.#curves[index]?.add(curve.read(stats)));
    if (this.root.hidden) return;
    for (const curve of this.#curves) curve.draw();
    ROWS.forEach((row, index) => this.#rows[index]?.set(row.read(stats)));
    this.#tries.set(stats.tries.map((link) => `${transportName(link.transport)}: ${link.outcome}, ${Math.round(link.took_ms)} ms`).join(" · "));
  }
}

class Curve {
  readonly root: HTMLElement;
  readonly #samples = new Float32Array(SAMPLES);
  readonly #context: CanvasRenderingContext2D | null;
  readonly #value: LiveText;
  readonly #unit: string;
  readonly #top: number;
  readonly #digits: number;
  readonly #colour: string;
  #next = 0;

  constructor(label: string, unit: string, top: number, digits: number, colour: string) {
    const canvas = element("canvas", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    const value = element("span", { class: "curve-value" });
    this.#context = canvas.getContext("2d");
    this.#value = new LiveText(value);
    this.#unit = unit;
    this.#top = top;
    this.#digits = digits;
    this.#colour = colour;
    this.root = element("div", { class: "curve" }, element("div", { class: "curve-head" }, element("span", { text: label }), value), canvas);
  }

  add(value: number): void {
    this.#samples[this.#next] = value;
    this.#next = (this.#next + 1) % SAMPLES;
  }

  draw(): void {
    const context = this.#context;
    if (!context) return;
    const newest = this.#samples[(this.#next + SAMPLES - 1) % SAMPLES]!;
    this.#value.set(`${newest.toFixed(this.#digits)} ${this.#unit}`);
    const top = this.#samples.reduce((most, value) => Math.max(most, value), this.#top);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.strokeStyle = this.#colour;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let index = 0; index < SAMPLES; index += 1) {
      const value = this.#samples[(this.#next + index) % SAMPLES]!;
      context.lineTo((index / (SAMPLES - 1)) * WIDTH, HEIGHT - 1 - (value / top) * (HEIGHT - 3));
    }
    context.stroke();
  }
}
