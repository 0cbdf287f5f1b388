import type { CoreEvent } from "../netcode/core-event";

export interface AudioSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly isMuted: boolean;
}

/** Plays what a frame's effects and the low-rate events sound like. */
export class Audio {
  /** Call from the first gesture: browsers allow no sound before. */
  unlock(): void {
    // Starts the audio graph.
  }

  applySettings(_settings: AudioSettings): void {
    // Volume and mute.
  }

  update(_frame: Float32Array): void {
    // Effects of this frame.
  }

  handle(_event: CoreEvent): void {
    // Kills and phases.
  }
}
