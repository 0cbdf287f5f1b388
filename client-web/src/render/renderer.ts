/** Draws render frames: the only thing it reads is the frame, the level and the names. */

import "pixi.js/unsafe-eval";
import { Container, WebGLRenderer } from "pixi.js";

import type { LevelEvent, PlayerProfile } from "../netcode/core-event";
import { Camera, easeShare } from "./camera";
import { header, isFrame, ship, shipFlag, shipOffset } from "../netcode/frame-layout";
import { playerColour } from "./palette";
import { Quality } from "./quality";
import type { RenderSettings } from "./render-settings";
import { paintAtlas, type Atlas } from "./scene/atlas";
import { Batch } from "./scene/batch";
import { Effects } from "./scene/effects";
import { Floor } from "./scene/floor";
import { Labels } from "./scene/labels";
import { Overlay } from "./scene/overlay";
import { Particles } from "./scene/particles";
import { Pickups } from "./scene/pickups";
import { Ships } from "./scene/ships";
import { Shots } from "./scene/shots";
import { Wakes } from "./scene/wakes";
import { Walls } from "./scene/walls";

export interface ScreenPoint {
  x: number;
  y: number;
}

const GROUND = 0x0b0f1a;
const QUADS_MAX = 14_000;

export class Renderer {
  readonly #host: HTMLElement;
  readonly #pixi: WebGLRenderer;
  readonly #atlas: Atlas;
  readonly #stage = new Container();
  readonly #world = new Container();
  readonly #floor: Floor;
  readonly #batch: Batch;
  readonly #labels = new Labels();
  readonly #overlay: Overlay;
  readonly #wakes: Wakes;
  readonly #ships: Ships;
  readonly #shots: Shots;
  readonly #pickups: Pickups;
  readonly #particles: Particles;
  readonly #effects: Effects;
  readonly #camera = new Camera();
  readonly #quality = new Quality();
  readonly #own: ScreenPoint = { x: 0, y: 0 };
  readonly #target = { x: 0, y: 0, aim: 0, isAlive: false, isInWake: false, isDashing: false };
  readonly #view = { x: 0, y: 0, width_m: 1, height_m: 1, pixel_m: 0.05 };
  #walls: Walls | null = null;
  #settings: RenderSettings;
  #width = 1;
  #height = 1;

  /** Rejects when the browser has no WebGL. */
  static async create(host: HTMLElement, settings: RenderSettings): Promise<Renderer> {
    const pixi = new WebGLRenderer();
    await pixi.init({
      width: Math.max(1, host.clientWidth),
      height: Math.max(1, host.clientHeight),
      background: GROUND,
      antialias: false,
      autoDensity: true,
      resolution: 1,
      powerPreference: "high-performance",
      preferWebGLVersion: 2,
      eventMode: "none",
    } as never);
    return new Renderer(host, pixi, settings);
  }

  private constructor(host: HTMLElement, pixi: WebGLRenderer, settings: RenderSettings) {
    this.#host = host;
    this.#pixi = pixi;
    this.#settings = settings;
    this.#atlas = paintAtlas();
    this.#floor = new Floor(this.#atlas);
    this.#batch = new Batch(this.#atlas, QUADS_MAX);
    this.#overlay = new Overlay(this.#atlas);
    this.#wakes = new Wakes(this.#atlas);
    this.#ships = new Ships(this.#atlas);
    this.#shots = new Shots(this.#atlas);
    this.#pickups = new Pickups(this.#atlas);
    this.#particles = new Particles(this.#atlas);
    this.#effects = new Effects({ particles: this.#particles, ships: this.#ships, shots: this.#shots, pickups: this.#pickups, camera: this.#camera });
    this.#world.addChild(this.#floor.batch.mesh, this.#batch.mesh);
    this.#stage.addChild(this.#world, this.#labels.container, this.#overlay.batch.mesh);
    this.#own.x = host.clientWidth / 2;
    this.#own.y = host.clientHeight / 2;
    const canvas = pixi.canvas;
    canvas.classList.add("arena");
    canvas.setAttribute("aria-hidden", "true");
    host.prepend(canvas);
    this.#quality.start(isSoftwareDrawn(pixi));
    this.applySettings(settings);
  }

  /** Where the own ship is on screen, in CSS pixels from the host's corner: what a mouse aims from. */
  get ownOnScreen(): Readonly<ScreenPoint> {
    return this.#own;
  }

  setLevel(level: LevelEvent): void {
    this.#walls?.destroy();
    this.#walls = new Walls(level, this.#atlas);
    this.#world.addChildAt(this.#walls.container, 1);
    this.#pickups.setLevel(level);
    this.#wakes.clear();
    this.#particles.clear();
  }

  setRoster(players: readonly PlayerProfile[]): void {
    this.#labels.setRoster(players);
    for (const player of players) this.#effects.setColour(player.slot, playerColour(player.team, player.colour));
  }

  applySettings(settings: RenderSettings): void {
    this.#settings = settings;
    this.#camera.isMotionReduced = settings.isMotionReduced;
    this.#camera.isShakeOn = settings.isShakeOn;
    this.#overlay.isMotionReduced = settings.isMotionReduced;
    this.#quality.apply(settings.quality);
    this.resize();
  }

  draw(frame: Float32Array, now_ms: number, dt_ms: number): void {
    if (!isFrame(frame)) return;
    if (this.#quality.measure(dt_ms)) this.resize();
    const dt = Math.min(dt_ms, 100);
    this.#aimCamera(frame, dt);
    this.#effects.play(frame, now_ms);
    this.#particles.step(dt);
    this.#wakes.update(frame, now_ms, this.#quality.level.wakeStep_ms);

    const batch = this.#batch;
    batch.begin();
    this.#wakes.draw(batch, now_ms);
    this.#pickups.draw(batch, frame, dt);
    this.#shots.draw(batch, frame, now_ms);
    this.#ships.draw(batch, frame, now_ms);
    this.#particles.draw(batch);
    batch.end();

    if (this.#settings.areNamesShown) this.#labels.draw(frame, this.#camera, this.#width, this.#height);
    else this.#labels.hide();
    this.#overlay.draw(frame, this.#camera, this.#width, this.#height, now_ms);
    this.#pixi.render({ container: this.#stage });
  }

  /** Follows the host's size; cheap when nothing changed. */
  resize(): void {
    const width = Math.max(1, this.#host.clientWidth);
    const height = Math.max(1, this.#host.clientHeight);
    const { level } = this.#quality;
    this.#ships.hasHalos = level.hasHalos;
    this.#floor.hasHalos = level.hasHalos;
    this.#effects.amount = level.particles;
    const resolution = Math.min(window.devicePixelRatio, level.resolutionMax);
    if (width !== this.#width || height !== this.#height || resolution !== this.#pixi.resolution) this.#pixi.resize(width, height, resolution);
    this.#width = width;
    this.#height = height;
  }

  destroy(): void {
    this.#walls?.destroy();
    this.#floor.batch.destroy();
    this.#batch.destroy();
    this.#overlay.batch.destroy();
    this.#pixi.destroy({ removeView: true });
  }

  #aimCamera(frame: Float32Array, dt_ms: number): void {
    const target = this.#target;
    const camera = this.#camera;
    target.x = frame[header.cameraX]!;
    target.y = frame[header.cameraY]!;
    target.isAlive = frame[header.ownIsAlive] === 1;
    target.isInWake = frame[header.isInWake] === 1;
    const own = frame[header.ownShipIndex]!;
    let vx = 0;
    let vy = 0;
    if (own >= 0) {
      const at = shipOffset(own);
      target.aim = frame[at + ship.aim]!;
      target.isDashing = (frame[at + ship.flags]! & shipFlag.dashing) !== 0;
      vx = frame[at + ship.vx]!;
      vy = frame[at + ship.vy]!;
    }
    camera.follow(target, this.#width, this.#height, dt_ms);
    const wake = this.#ships.wakeLight + ((target.isInWake && target.isAlive ? 1 : 0) - this.#ships.wakeLight) * easeShare(dt_ms, 120);
    this.#ships.wakeLight = wake;

    const { scale } = camera;
    const width_m = this.#width / scale;
    const height_m = this.#height / scale;
    if (!this.#settings.isMotionReduced) this.#effects.streaks(camera.x, camera.y, vx, vy, width_m, height_m, wake, dt_ms);
    this.#world.scale.set(scale);
    this.#world.position.set(this.#width / 2 - camera.x * scale, this.#height / 2 - camera.y * scale);
    const view = this.#view;
    view.x = camera.x;
    view.y = camera.y;
    view.width_m = width_m;
    view.height_m = height_m;
    view.pixel_m = 1 / (scale * this.#pixi.resolution);
    this.#floor.draw(view, target.x, target.y, wake);
    this.#own.x = (target.x - camera.x) * scale + this.#width / 2;
    this.#own.y = (target.y - camera.y) * scale + this.#height / 2;
  }
}

/** Without a graphics card every pixel costs: begin with the plainest picture. */
function isSoftwareDrawn(pixi: WebGLRenderer): boolean {
  const extension = pixi.gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = extension ? pixi.gl.getParameter(extension.UNMASKED_RENDERER_WEBGL) : "";
  return typeof name === "string" && /swiftshader|llvmpipe|software|basic render/i.test(name);
}
