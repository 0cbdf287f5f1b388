/** Plays what a frame's effects and the low-rate events sound like, from where they happen. */

import type { CoreEvent } from "../netcode/core-event";
import { effect, effectKind, effectOffset, header, isFrame, phaseNumber } from "../netcode/frame-layout";
import { placeSound } from "./place-sound";
import { recipes, type SoundName } from "./recipes";
import { Synth } from "./synth";

export interface AudioSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly isMuted: boolean;
}

/** The same sound again sooner than this would only be louder, not clearer. */
const AGAIN_MS = 28;
const MASTER = 0.9;
const RUSH_HZ = 900;
const LAST_SECONDS = 5;

interface Running {
  readonly context: AudioContext;
  readonly master: GainNode;
  readonly synth: Synth;
  readonly rush: ReturnType<Synth["rush"]>;
}

export class Audio {
  #running: Running | null = null;
  #settings: AudioSettings = { volume: 0.7, isMuted: false };
  #ownSlot = -1;
  #isRushing = false;
  #lastSecond = -1;
  readonly #playedAt_ms = new Map<SoundName, number>();

  /** Call from every gesture: browsers allow no sound before the first, and may fall silent again. */
  unlock(): void {
    if (this.#running === null) this.#running = this.#start();
    if (this.#running?.context.state === "suspended") void this.#running.context.resume();
  }

  applySettings(settings: AudioSettings): void {
    this.#settings = settings;
    this.#setMaster();
  }

  update(frame: Float32Array): void {
    if (!isFrame(frame) || this.#running === null) return;
    this.#ownSlot = frame[header.ownSlot]!;
    this.#setRush(frame[header.isInWake] === 1 && frame[header.ownIsAlive] === 1);
    this.#countDown(frame);
    for (let index = 0; index < frame[header.effectCount]!; index += 1) this.#playEffect(frame, effectOffset(frame, index));
  }

  handle(event: CoreEvent): void {
    switch (event.type) {
      case "kill":
        if (event.victim === this.#ownSlot) this.#play("loss");
        else if (event.killer === this.#ownSlot) this.#play("kill");
        break;
      case "phase":
        this.#play(event.phase === "warm_up" ? "warmUp" : event.phase);
        break;
      case "goodbye":
        this.#setRush(false);
        break;
      default:
        break;
    }
  }

  #playEffect(frame: Float32Array, at: number): void {
    const x = frame[at + effect.x]!;
    const y = frame[at + effect.y]!;
    const isOwn = frame[at + effect.slot] === this.#ownSlot;
    const name = soundOf(frame[at + effect.kind]!, isOwn);
    if (name === null) return;
    if (isOwn || name === "ownHit" || name === "ownDamaged") this.#play(name);
    else {
      const { pan, gain } = placeSound(x - frame[header.cameraX]!, y - frame[header.cameraY]!);
      if (gain > 0.02) this.#play(name, pan, gain);
    }
  }

  #play(name: SoundName, pan = 0, gain = 1): void {
    const running = this.#running;
    if (running === null || this.#settings.isMuted || running.context.state !== "running") return;
    const now_ms = running.context.currentTime * 1000;
    if (now_ms - (this.#playedAt_ms.get(name) ?? -AGAIN_MS) < AGAIN_MS) return;
    this.#playedAt_ms.set(name, now_ms);
    running.synth.play(recipes[name], pan, gain);
  }

  #countDown(frame: Float32Array): void {
    const second = Math.ceil(frame[header.phaseSecondsLeft]!);
    if (second === this.#lastSecond) return;
    this.#lastSecond = second;
    if (frame[header.phase] !== phaseNumber.ended && second > 0 && second <= LAST_SECONDS) this.#play("tick");
  }

  #setRush(isOn: boolean): void {
    if (this.#running === null || isOn === this.#isRushing) return;
    this.#isRushing = isOn;
    const { context, rush } = this.#running;
    rush.gain.gain.setTargetAtTime(isOn ? 0.1 : 0, context.currentTime, isOn ? 0.12 : 0.2);
    rush.filter.frequency.setTargetAtTime(isOn ? RUSH_HZ * 1.7 : RUSH_HZ, context.currentTime, 0.25);
  }

  #setMaster(): void {
    if (this.#running === null) return;
    const { context, master } = this.#running;
    const { volume, isMuted } = this.#settings;
    // Squared: the slider then feels even to the ear.
    master.gain.setTargetAtTime(isMuted ? 0 : volume * volume * MASTER, context.currentTime, 0.02);
  }

  #start(): Running | null {
    try {
      const context = new AudioContext({ latencyHint: "interactive" });
      const master = context.createGain();
      master.gain.value = 0;
      // Many shots at once stay below the pain.
      const limiter = context.createDynamicsCompressor();
      master.connect(limiter).connect(context.destination);
      const synth = new Synth(context, master);
      const running = { context, master, synth, rush: synth.rush(RUSH_HZ) };
      this.#running = running;
      this.#setMaster();
      return running;
    } catch (error) {
      console.warn("No sound in this browser:", error);
      return null;
    }
  }
}

function soundOf(kind: number, isOwn: boolean): SoundName | null {
  switch (kind) {
    case effectKind.railLine:
      return "rail";
    case effectKind.boltHitWall:
      return "wall";
    case effectKind.boltHitShip:
      // What happens to the own ship has a sound of its own.
      return isOwn ? null : "hit";
    case effectKind.shipDestroyed:
      return "destroyed";
    case effectKind.respawn:
      return isOwn ? "respawn" : null;
    case effectKind.dash:
      return "dash";
    case effectKind.pickupTaken:
      return "pickup";
    case effectKind.ownHitConfirmed:
      return "ownHit";
    case effectKind.ownDamaged:
      return "ownDamaged";
    case effectKind.boltFired:
      return isOwn ? "boltOwn" : "boltOther";
    default:
      return null;
  }
}
