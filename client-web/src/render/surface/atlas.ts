/** Every shape and every glow, painted once into one picture at the start: drawing is then only quads of one texture. */

export interface Cell {
  readonly u0: number;
  readonly v0: number;
  readonly u1: number;
  readonly v1: number;
}

type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void;

const SIDE = 1024;
const GAP = 6;
const WHITE = "#fff";

export interface Atlas {
  readonly picture: HTMLCanvasElement;
  readonly cells: Readonly<Record<CellName, Cell>>;
}

export type CellName =
  | "solid" | "glow" | "ring" | "halo" | "streak" | "bolt" | "beam" | "wake" | "edge" | "arc" | "core" | "shard" | "chevron" | "bubble"
  | "aim" | "fade" | "solo" | "blue" | "orange" | "repair" | "haste" | "overcharge" | "pad";

/** Rejects nothing: a browser that has WebGL has a 2D canvas. */
export function paintAtlas(): Atlas {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  const cells: Partial<Record<CellName, Cell>> = {};
  let x = GAP;
  let y = GAP;
  let rowHeight = 0;
  for (const [name, width, height, paint] of SHAPES) {
    if (x + width + GAP > SIDE) {
      x = GAP;
      y += rowHeight + GAP;
      rowHeight = 0;
    }
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    context.fillStyle = WHITE;
    context.strokeStyle = WHITE;
    context.lineJoin = "round";
    context.lineCap = "round";
    paint(context, width, height);
    context.restore();
    // Half a pixel in, so that mipmaps of neighbours never bleed.
    cells[name] = { u0: (x + 0.5) / SIDE, v0: (y + 0.5) / SIDE, u1: (x + width - 0.5) / SIDE, v1: (y + height - 0.5) / SIDE };
    x += width + GAP;
    rowHeight = Math.max(rowHeight, height);
  }
  return { picture: canvas, cells: cells as Record<CellName, Cell> };
}

const SHAPES: readonly (readonly [CellName, number, number, Paint])[] = [
  ["solo", 192, 192, (c) => { hull(c, SOLO); }],
  ["blue", 192, 192, (c) => { hull(c, BLUE); }],
  ["orange", 192, 192, (c) => { hull(c, ORANGE); }],
  ["ring", 192, 192, (c) => { ring(c, 192, 3, 7); }],
  ["bubble", 192, 192, bubble],
  ["glow", 128, 128, (c) => { radial(c, 128, [[0, 1], [0.12, 0.78], [0.3, 0.36], [0.55, 0.11], [0.8, 0.02], [1, 0]]); }],
  ["halo", 128, 128, (c) => { radial(c, 128, [[0, 0.45], [0.35, 0.22], [0.7, 0.06], [1, 0]]); }],
  ["repair", 128, 128, (c) => { repair(c); }],
  ["haste", 128, 128, (c) => { haste(c); }],
  ["overcharge", 128, 128, (c) => { overcharge(c); }],
  ["pad", 128, 128, pad],
  ["bolt", 160, 48, bolt],
  ["streak", 128, 24, (c) => { capsule(c, 128, 24, 0.16); }],
  ["core", 64, 64, core],
  ["chevron", 64, 64, chevron],
  ["shard", 48, 48, shard],
  ["beam", 8, 96, (c) => { profile(c, 8, 96, (v) => Math.max(v < 0.07 ? 1 : 0, 0.75 * Math.exp(-v * 9) + 0.22 * (1 - v) ** 2)); }],
  ["edge", 8, 96, (c) => { profile(c, 8, 96, (v) => Math.max(v < 0.075 ? 0.95 : 0, 0.3 * (1 - v) ** 3)); }],
  ["arc", 8, 32, (c) => { profile(c, 8, 32, (v) => (v < 0.5 ? 1 : Math.max(0, 1 - (v - 0.5) * 3))); }],
  // A bright rim on either side and a soft body: where the air is torn.
  ["wake", 8, 96, (c) => { profile(c, 8, 96, (v) => 0.34 * (1 - v * v) + 0.62 * Math.exp(-(((v - 0.78) / 0.1) ** 2)) * (v < 1 ? 1 : 0)); }],
  ["aim", 256, 12, aimLine],
  ["fade", 8, 64, fade],
  ["solid", 12, 12, (c) => { c.fillRect(0, 0, 12, 12); }],
];

type Shape = readonly (readonly [number, number])[];

/** Noses point right; one unit is the ship's radius. */
const SOLO: Shape = [[1.2, 0], [-0.5, -0.86], [-0.98, -0.72], [-0.62, 0], [-0.98, 0.72], [-0.5, 0.86]];
const BLUE: Shape = [[1.15, 0], [0.62, -0.42], [-0.2, -0.92], [-0.86, -0.8], [-0.72, 0], [-0.86, 0.8], [-0.2, 0.92], [0.62, 0.42]];
const ORANGE: Shape = [[1.15, -0.34], [0.36, -0.34], [-0.3, -0.95], [-1.0, -0.95], [-0.66, 0], [-1.0, 0.95], [-0.3, 0.95], [0.36, 0.34], [1.15, 0.34], [0.62, 0]];
/** Half a hull cell, in ship radii. */
export const HULL_REACH = 1.5;

function path(context: CanvasRenderingContext2D, shape: Shape, centre: number, unit: number): void {
  context.beginPath();
  for (const [x, y] of shape) context.lineTo(centre + x * unit, centre + y * unit);
  context.closePath();
}

/** A dark body with a bright rim: tinted, the body becomes a dark shade of the player's colour. */
function hull(context: CanvasRenderingContext2D, shape: Shape): void {
  const unit = 96 / HULL_REACH;
  path(context, shape, 96, unit);
  context.shadowColor = WHITE;
  context.shadowBlur = 14;
  context.lineWidth = 5;
  context.stroke();
  context.shadowBlur = 0;
  context.fillStyle = "#2b2b2b";
  context.fill();
  context.lineWidth = 6;
  context.stroke();
  // Ribs, so that the heading reads at a glance.
  context.globalAlpha = 0.5;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(96 + 0.5 * unit, 96);
  context.lineTo(96 - 0.42 * unit, 96 - 0.44 * unit);
  context.moveTo(96 + 0.5 * unit, 96);
  context.lineTo(96 - 0.42 * unit, 96 + 0.44 * unit);
  context.stroke();
}

function radial(context: CanvasRenderingContext2D, side: number, stops: readonly (readonly [number, number])[]): void {
  const gradient = context.createRadialGradient(side / 2, side / 2, 0, side / 2, side / 2, side / 2);
  for (const [at, alpha] of stops) gradient.addColorStop(at, `rgba(255,255,255,${alpha})`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, side, side);
}

function ring(context: CanvasRenderingContext2D, side: number, width: number, blur: number): void {
  context.shadowColor = WHITE;
  context.shadowBlur = blur;
  context.lineWidth = width;
  context.beginPath();
  context.arc(side / 2, side / 2, side / 2 - blur - width, 0, Math.PI * 2);
  context.stroke();
}

function bubble(context: CanvasRenderingContext2D): void {
  const gradient = context.createRadialGradient(96, 96, 40, 96, 96, 88);
  gradient.addColorStop(0, "rgba(255,255,255,0)");
  gradient.addColorStop(0.75, "rgba(255,255,255,0.12)");
  gradient.addColorStop(1, "rgba(255,255,255,0.4)");
  context.fillStyle = gradient;
  context.beginPath();
  context.arc(96, 96, 86, 0, Math.PI * 2);
  context.fill();
  context.lineWidth = 3;
  context.stroke();
}

function capsule(context: CanvasRenderingContext2D, width: number, height: number, core: number): void {
  const image = context.createLinearGradient(0, 0, width, 0);
  image.addColorStop(0, "rgba(255,255,255,0)");
  image.addColorStop(0.75, "rgba(255,255,255,0.9)");
  image.addColorStop(1, "rgba(255,255,255,0)");
  context.fillStyle = image;
  for (let step = 0; step < 12; step += 1) {
    const half = (height / 2) * (1 - step / 12);
    context.globalAlpha = step / 12 > 1 - core ? 0.6 : 0.03 + 0.1 * (step / 12);
    context.fillRect(0, height / 2 - half, width, half * 2);
  }
}

function bolt(context: CanvasRenderingContext2D): void {
  const glow = context.createRadialGradient(104, 24, 0, 104, 24, 24);
  glow.addColorStop(0, "rgba(255,255,255,0.85)");
  glow.addColorStop(0.4, "rgba(255,255,255,0.3)");
  glow.addColorStop(1, "rgba(255,255,255,0)");
  context.save();
  context.translate(104, 24);
  context.scale(2.1, 1);
  context.translate(-104, -24);
  context.fillStyle = glow;
  context.fillRect(80, 0, 48, 48);
  context.restore();
  const tail = context.createLinearGradient(0, 0, 140, 0);
  tail.addColorStop(0, "rgba(255,255,255,0)");
  tail.addColorStop(0.7, "rgba(255,255,255,0.7)");
  tail.addColorStop(1, "rgba(255,255,255,1)");
  context.strokeStyle = tail;
  context.lineWidth = 9;
  context.beginPath();
  context.moveTo(14, 24);
  context.lineTo(128, 24);
  context.stroke();
}

function core(context: CanvasRenderingContext2D): void {
  path(context, [[0.95, 0], [-0.35, -0.55], [-0.1, 0], [-0.35, 0.55]], 32, 26);
  context.fill();
}

function chevron(context: CanvasRenderingContext2D): void {
  path(context, [[0.85, 0], [-0.55, -0.75], [-0.2, 0], [-0.55, 0.75]], 32, 32);
  context.fill();
}

function shard(context: CanvasRenderingContext2D): void {
  path(context, [[0.9, 0], [-0.7, -0.6], [-0.4, 0.5]], 24, 22);
  context.fillStyle = "#444";
  context.fill();
  context.lineWidth = 4;
  context.stroke();
}

function profile(context: CanvasRenderingContext2D, width: number, height: number, alpha: (v: number) => number): void {
  for (let y = 0; y < height; y += 1) {
    context.globalAlpha = Math.min(1, Math.max(0, alpha(Math.abs((y + 0.5) / height - 0.5) * 2)));
    context.fillRect(0, y, width, 1);
  }
}

function aimLine(context: CanvasRenderingContext2D): void {
  for (let x = 0; x < 256; x += 20) {
    context.globalAlpha = (1 - x / 256) ** 1.4;
    context.fillRect(x + 4, 4, 9, 4);
  }
}

function fade(context: CanvasRenderingContext2D): void {
  const gradient = context.createLinearGradient(0, 0, 0, 64);
  gradient.addColorStop(0, "rgba(255,255,255,1)");
  gradient.addColorStop(0.4, "rgba(255,255,255,0.35)");
  gradient.addColorStop(1, "rgba(255,255,255,0)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, 8, 64);
}

function pad(context: CanvasRenderingContext2D): void {
  context.lineWidth = 4;
  for (let quarter = 0; quarter < 4; quarter += 1) {
    context.beginPath();
    context.arc(64, 64, 54, quarter * (Math.PI / 2) + 0.28, (quarter + 1) * (Math.PI / 2) - 0.28);
    context.stroke();
  }
}

/** A cross: mends. */
function repair(context: CanvasRenderingContext2D): void {
  path(context, [[-0.3, -1], [0.3, -1], [0.3, -0.3], [1, -0.3], [1, 0.3], [0.3, 0.3], [0.3, 1], [-0.3, 1], [-0.3, 0.3], [-1, 0.3], [-1, -0.3], [-0.3, -0.3]], 64, 40);
  filledIcon(context);
}

/** Two arrows: quicker. */
function haste(context: CanvasRenderingContext2D): void {
  for (const shift of [-0.5, 0.45]) {
    path(context, [[shift - 0.4, -0.95], [shift + 0.5, 0], [shift - 0.4, 0.95], [shift - 0.75, 0.62], [shift - 0.15, 0], [shift - 0.75, -0.62]], 64, 40);
    filledIcon(context);
  }
}

/** A bolt of lightning: hits harder. */
function overcharge(context: CanvasRenderingContext2D): void {
  path(context, [[0.28, -1.1], [-0.72, 0.16], [-0.08, 0.16], [-0.3, 1.1], [0.72, -0.22], [0.08, -0.22]], 64, 42);
  filledIcon(context);
}

function filledIcon(context: CanvasRenderingContext2D): void {
  context.shadowColor = WHITE;
  context.shadowBlur = 10;
  context.lineWidth = 6;
  context.stroke();
  context.shadowBlur = 0;
  context.fillStyle = "#8c8c8c";
  context.fill();
  context.lineWidth = 5;
  context.stroke();
}
