/** The picture by WebGL: four layers, four draw calls, nothing allocated in a frame. */

import "pixi.js/unsafe-eval";
import { Container, Texture, WebGLRenderer } from "pixi.js";

import type { LevelEvent } from "../../netcode/core-event";
import { paintAtlas } from "./atlas";
import { Batch } from "./batch";
import { GlLabels } from "./gl-labels";
import { GlWalls } from "./gl-walls";
import { GROUND, type Brush, type LabelBrush, type Surface, type View } from "./surface";

const FLOOR_QUADS_MAX = 1200;
const WORLD_QUADS_MAX = 14_000;
const OVERLAY_QUADS_MAX = 400;

export class GlSurface implements Surface {
  readonly atlas = paintAtlas();
  readonly isSoftware: boolean;
  readonly #pixi: WebGLRenderer;
  readonly #picture = Texture.from({ resource: this.atlas.picture, autoGenerateMipmaps: true, scaleMode: "linear", mipmapFilter: "nearest", alphaMode: "premultiply-alpha-on-upload" }).source;
  readonly #stage = new Container();
  readonly #world = new Container();
  readonly #floorBatch = new Batch(this.#picture, FLOOR_QUADS_MAX);
  readonly #worldBatch = new Batch(this.#picture, WORLD_QUADS_MAX);
  readonly #overlayBatch = new Batch(this.#picture, OVERLAY_QUADS_MAX);
  readonly #labels = new GlLabels();
  #walls: GlWalls | null = null;
  #width = 1;
  #height = 1;

  /** Rejects when the browser has no WebGL. */
  static async create(isSoftware: boolean): Promise<GlSurface> {
    const pixi = new WebGLRenderer();
    await pixi.init({ width: 1, height: 1, background: GROUND, antialias: false, autoDensity: true, resolution: 1, powerPreference: "high-performance", preferWebGLVersion: 2 });
    return new GlSurface(pixi, isSoftware);
  }

  private constructor(pixi: WebGLRenderer, isSoftware: boolean) {
    this.#pixi = pixi;
    this.isSoftware = isSoftware;
    this.#world.addChild(this.#floorBatch.mesh, this.#worldBatch.mesh);
    this.#stage.addChild(this.#world, this.#labels.container, this.#overlayBatch.mesh);
  }

  get canvas(): HTMLCanvasElement {
    return this.#pixi.canvas;
  }

  get resolution(): number {
    return this.#pixi.resolution;
  }

  setLevel(level: LevelEvent): void {
    this.#walls?.destroy();
    this.#walls = new GlWalls(level, this.atlas, this.#picture);
    this.#world.addChildAt(this.#walls.container, 1);
  }

  resize(width: number, height: number, resolution: number): void {
    this.#width = width;
    this.#height = height;
    this.#pixi.resize(width, height, resolution);
  }

  begin(view: View): Brush {
    this.#world.scale.set(view.scale);
    this.#world.position.set(this.#width / 2 - view.x * view.scale, this.#height / 2 - view.y * view.scale);
    this.#floorBatch.begin();
    return this.#floorBatch;
  }

  beginWorld(): Brush {
    this.#worldBatch.begin();
    return this.#worldBatch;
  }

  beginLabels(): LabelBrush {
    this.#labels.begin();
    return this.#labels;
  }

  beginOverlay(): Brush {
    this.#overlayBatch.begin();
    return this.#overlayBatch;
  }

  present(): void {
    this.#floorBatch.end();
    this.#worldBatch.end();
    this.#labels.end();
    this.#overlayBatch.end();
    this.#pixi.render({ container: this.#stage });
  }

  destroy(): void {
    this.#walls?.destroy();
    this.#floorBatch.destroy();
    this.#worldBatch.destroy();
    this.#overlayBatch.destroy();
    this.#pixi.destroy({ removeView: true });
  }
}
