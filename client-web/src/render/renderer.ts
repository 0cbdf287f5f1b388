/** Draws render frames: the only thing it reads is the frame, the level and the names. */

import type { LevelEvent, PlayerProfile } from "../netcode/core-event";
import { header, isFrame, ship, shipFlag, shipOffset } from "../netcode/frame-layout";
import { Camera, easeShare } from "./camera";
import { playerColour } from "./palette";
import { Quality } from "./quality";
import type { RenderSettings } from "./render-settings";
import { Effects } from "./scene/effects";
import { Floor } from "./scene/floor";
import { Labels } from "./scene/labels";
import { Overlay } from "./scene/overlay";
import { Particles } from "./scene/particles";
import { Pickups } from "./scene/pickups";
import { Ships } from "./scene/ships";
import { Shots } from "./scene/shots";
import { Wakes } from "./scene/wakes";
import { CanvasSurface } from "./surface/canvas-surface";
import { probeWebGl } from "./surface/probe-web-gl";
import type { Surface } from "./surface/surface";

export interface ScreenPoint {
  x: number;
  y: number;
}

/** A frame after a longer pause is drawn as if only this much time had passed. */
const STEP_MS_MAX = 100;

export class Renderer {
  readonly #host: HTMLElement;
  readonly #surface: Surface;
  readonly #floor: Floor;
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
  readonly #target = { x: 0, y: 0, vx: 0, vy: 0, aim: 0, isAlive: false, isInWake: false, isDashing: false };
  readonly #view = { x: 0, y: 0, scale: 1, width_m: 1, height_m: 1, pixel_m: 0.05 };
  #settings: RenderSettings;
  #width = 0;
  #height = 0;

  /** Rejects when the browser can draw neither with WebGL nor on a 2D canvas. */
  static async create(host: HTMLElement, settings: RenderSettings): Promise<Renderer> {
    return new Renderer(host, await makeSurface(settings), settings);
  }

  private constructor(host: HTMLElement, surface: Surface, settings: RenderSettings) {
    const { atlas } = surface;
    this.#host = host;
    this.#surface = surface;
    this.#settings = settings;
    this.#floor = new Floor(atlas);
    this.#overlay = new Overlay(atlas);
    this.#wakes = new Wakes(atlas);
    this.#ships = new Ships(atlas);
    this.#shots = new Shots(atlas);
    this.#pickups = new Pickups(atlas);
    this.#particles = new Particles(atlas);
    this.#effects = new Effects({ particles: this.#particles, ships: this.#ships, shots: this.#shots, pickups: this.#pickups, camera: this.#camera });
    this.#own.x = host.clientWidth / 2;
    this.#own.y = host.clientHeight / 2;
    surface.canvas.classList.add("arena");
    surface.canvas.setAttribute("aria-hidden", "true");
    host.prepend(surface.canvas);
    this.#quality.start(surface.isSoftware);
    this.applySettings(settings);
  }

  /** Where the own ship is on screen, in CSS pixels from the host's corner: what a mouse aims from. */
  get ownOnScreen(): Readonly<ScreenPoint> {
    return this.#own;
  }

  setLevel(level: LevelEvent): void {
    this.#surface.setLevel(level);
    this.#camera.setBounds(level.width_m, level.height_m);
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
    const dt = Math.min(dt_ms, STEP_MS_MAX);
    this.#follow(frame, dt);
    this.#effects.play(frame, now_ms);
    this.#particles.step(dt);
    this.#wakes.update(frame, now_ms, this.#quality.level.wakeStep_ms);
    this.#drawLayers(frame, now_ms, dt);
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
    if (width !== this.#width || height !== this.#height || resolution !== this.#surface.resolution) this.#surface.resize(width, height, resolution);
    this.#width = width;
    this.#height = height;
  }

  destroy(): void {
    this.#surface.destroy();
  }

  #drawLayers(frame: Float32Array, now_ms: number, dt_ms: number): void {
    const surface = this.#surface;
    this.#floor.draw(surface.begin(this.#view), this.#view, this.#target.x, this.#target.y, this.#ships.wakeLight);
    const world = surface.beginWorld();
    this.#wakes.draw(world, now_ms);
    this.#pickups.draw(world, frame, dt_ms);
    this.#shots.draw(world, frame, now_ms);
    this.#ships.draw(world, frame, now_ms);
    this.#particles.draw(world);
    const labels = surface.beginLabels();
    if (this.#settings.areNamesShown) this.#labels.draw(labels, frame, this.#camera, this.#width, this.#height);
    this.#overlay.draw(surface.beginOverlay(), frame, this.#camera, this.#width, this.#height, now_ms);
    surface.present();
  }

  #follow(frame: Float32Array, dt_ms: number): void {
    const target = this.#target;
    this.#readTarget(frame);
    const camera = this.#camera;
    camera.follow(target, this.#width, this.#height, dt_ms);
    const { scale } = camera;
    const view = this.#view;
    view.x = camera.x;
    view.y = camera.y;
    view.scale = scale;
    view.width_m = this.#width / scale;
    view.height_m = this.#height / scale;
    view.pixel_m = 1 / (scale * this.#surface.resolution);
    const wake = this.#ships.wakeLight + ((target.isInWake && target.isAlive ? 1 : 0) - this.#ships.wakeLight) * easeShare(dt_ms, 120);
    this.#ships.wakeLight = wake;
    if (!this.#settings.isMotionReduced) this.#effects.streaks(view, target, wake, dt_ms);
    this.#own.x = (target.x - camera.x) * scale + this.#width / 2;
    this.#own.y = (target.y - camera.y) * scale + this.#height / 2;
  }

  #readTarget(frame: Float32Array): void {
    const target = this.#target;
    target.x = frame[header.cameraX]!;
    target.y = frame[header.cameraY]!;
    target.isAlive = frame[header.ownIsAlive] === 1;
    target.isInWake = frame[header.isInWake] === 1;
    const own = frame[header.ownShipIndex]!;
    if (own < 0) {
      target.vx = 0;
      target.vy = 0;
      target.isDashing = false;
      return;
    }
    const at = shipOffset(own);
    target.aim = frame[at + ship.aim]!;
    target.vx = frame[at + ship.vx]!;
    target.vy = frame[at + ship.vy]!;
    target.isDashing = (frame[at + ship.flags]! & shipFlag.dashing) !== 0;
  }
}

/**
 * A graphics card draws with WebGL. WebGL in software costs twice what a 2D canvas costs and looks little better, so it is used only
 * by those who ask for the high picture. WebGL's part is fetched only where it runs.
 */
async function makeSurface(settings: RenderSettings): Promise<Surface> {
  const kind = probeWebGl();
  if (kind === "card" || (kind === "software" && settings.quality === "high")) {
    try {
      const { GlSurface } = await import("./surface/gl-surface");
      return await GlSurface.create(kind === "software");
    } catch (error) {
      console.warn("WebGL did not start; drawing on a 2D canvas instead:", error);
    }
  }
  return new CanvasSurface();
}
