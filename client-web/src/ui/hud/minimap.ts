/** The level from above: walls drawn once, dots a few times a second. A very large level is shown in part, round the own ship. */

import type { LevelEvent } from "../../netcode/core-event";
import { header, isPickupReady, ship, shipFlag, shipOffset, teamNumber } from "../../netcode/frame-layout";
import { cssColour, PICKUP_COLOURS, shipColour } from "../../render/palette";
import { element } from "../element";
import { mapScale, windowStart, WINDOW_M_MAX } from "./minimap-maths";

const SIDE = 176;
const EVERY_MS = 66;
const WALL = "#2b3a5a";
const WALL_EDGE = "#4a659a";

export class Minimap {
  readonly root: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #walls = document.createElement("canvas");
  readonly #context: CanvasRenderingContext2D | null;
  #level: LevelEvent | null = null;
  #scale = 1;
  #shownWidth_m = 1;
  #shownHeight_m = 1;
  #drawnAt_ms = -EVERY_MS;

  constructor() {
    this.#canvas = element("canvas", { class: "minimap-canvas", width: SIDE * 2, height: SIDE * 2 });
    this.#context = this.#canvas.getContext("2d");
    this.root = element("div", { class: "minimap", role: "img", "aria-label": "Map of the arena" }, this.#canvas);
  }

  setLevel(level: LevelEvent): void {
    this.#level = level;
    this.#shownWidth_m = Math.min(level.width_m, WINDOW_M_MAX);
    this.#shownHeight_m = Math.min(level.height_m, WINDOW_M_MAX);
    this.#scale = mapScale(this.#shownWidth_m, this.#shownHeight_m, SIDE * 2);
    // The map has the level's shape: nothing of the square is wasted.
    this.#canvas.width = Math.round(this.#shownWidth_m * this.#scale);
    this.#canvas.height = Math.round(this.#shownHeight_m * this.#scale);
    this.#walls.width = Math.ceil(level.width_m * this.#scale);
    this.#walls.height = Math.ceil(level.height_m * this.#scale);
    const context = this.#walls.getContext("2d");
    if (!context) return;
    context.scale(this.#scale, this.#scale);
    context.fillStyle = WALL;
    for (const [x, y, width, height] of level.solid) context.fillRect(x, y, width, height);
    context.strokeStyle = WALL_EDGE;
    context.lineWidth = 1.5 / this.#scale;
    for (const ring of level.outline) {
      context.beginPath();
      for (let at = 0; at + 1 < ring.length; at += 2) context.lineTo(ring[at]!, ring[at + 1]!);
      context.closePath();
      context.stroke();
    }
  }

  update(frame: Float32Array, now_ms: number): void {
    const context = this.#context;
    const level = this.#level;
    if (!context || !level || now_ms - this.#drawnAt_ms < EVERY_MS) return;
    this.#drawnAt_ms = now_ms;
    const scale = this.#scale;
    const left_m = windowStart(frame[header.cameraX]!, this.#shownWidth_m, level.width_m);
    const top_m = windowStart(frame[header.cameraY]!, this.#shownHeight_m, level.height_m);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(this.#walls, -left_m * scale, -top_m * scale);
    context.setTransform(1, 0, 0, 1, -left_m * scale, -top_m * scale);
    for (const { index, kind, x, y } of level.pickups) {
      if (!isPickupReady(frame, index)) continue;
      context.fillStyle = cssColour(PICKUP_COLOURS[kind]);
      context.fillRect(x * scale - 3, y * scale - 3, 6, 6);
    }
    this.#drawShips(context, frame, scale);
  }

  #drawShips(context: CanvasRenderingContext2D, frame: Float32Array, scale: number): void {
    for (let index = 0; index < frame[header.shipCount]!; index += 1) {
      const at = shipOffset(index);
      const x = frame[at + ship.x]! * scale;
      const y = frame[at + ship.y]! * scale;
      const team = frame[at + ship.team]!;
      const isOwn = (frame[at + ship.flags]! & shipFlag.own) !== 0;
      context.fillStyle = isOwn ? "#ffffff" : cssColour(shipColour(team, frame[at + ship.colour]!));
      if (isOwn) this.#drawOwn(context, x, y, frame[at + ship.aim]!);
      else if (team === teamNumber.orange) triangle(context, x, y, 6.5, -Math.PI / 2);
      else disc(context, x, y, 4.6);
    }
  }

  #drawOwn(context: CanvasRenderingContext2D, x: number, y: number, aim: number): void {
    triangle(context, x, y, 9, aim);
    context.strokeStyle = "rgba(255,255,255,0.55)";
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 13, 0, Math.PI * 2);
    context.stroke();
  }
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, radius: number, angle: number): void {
  context.beginPath();
  for (const turn of [0, 2.45, -2.45]) context.lineTo(x + Math.cos(angle + turn) * radius, y + Math.sin(angle + turn) * radius);
  context.closePath();
  context.fill();
}
