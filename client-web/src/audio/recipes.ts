/** What each thing sounds like: soft, short, and unlike the others with closed eyes. */

import type { Recipe } from "./synth";

export const recipes = {
  boltOwn: { tones: [{ wave: "triangle", from_hz: 760, to_hz: 300, length_s: 0.09, gain: 0.2 }], hisses: [{ filter: "bandpass", from_hz: 2600, to_hz: 1300, length_s: 0.05, gain: 0.06 }] },
  boltOther: { tones: [{ wave: "triangle", from_hz: 560, to_hz: 240, length_s: 0.08, gain: 0.13 }] },
  rail: {
    tones: [
      { wave: "sawtooth", from_hz: 1500, to_hz: 90, length_s: 0.34, gain: 0.11 },
      { wave: "sine", from_hz: 170, to_hz: 50, length_s: 0.4, gain: 0.4 },
    ],
    hisses: [{ filter: "highpass", from_hz: 5200, to_hz: 1500, length_s: 0.24, gain: 0.14 }],
  },
  wall: { hisses: [{ filter: "bandpass", from_hz: 2900, q: 3, length_s: 0.045, gain: 0.12 }] },
  hit: { tones: [{ wave: "sine", from_hz: 310, to_hz: 130, length_s: 0.09, gain: 0.2 }], hisses: [{ filter: "bandpass", from_hz: 1500, length_s: 0.06, gain: 0.12 }] },
  /** You hit somebody: two clear ticks. */
  ownHit: {
    tones: [
      { wave: "sine", from_hz: 1560, length_s: 0.06, gain: 0.2 },
      { wave: "sine", from_hz: 2090, length_s: 0.07, gain: 0.15, delay_s: 0.03 },
    ],
  },
  /** Somebody hit you: a dull blow. */
  ownDamaged: { tones: [{ wave: "sine", from_hz: 165, to_hz: 58, length_s: 0.2, gain: 0.55 }], hisses: [{ filter: "lowpass", from_hz: 1000, to_hz: 260, length_s: 0.14, gain: 0.28 }] },
  destroyed: { tones: [{ wave: "sine", from_hz: 125, to_hz: 34, length_s: 0.6, gain: 0.5 }], hisses: [{ filter: "lowpass", from_hz: 3300, to_hz: 160, length_s: 0.75, gain: 0.36 }] },
  /** Your kill: a fifth that rises. */
  kill: {
    tones: [
      { wave: "triangle", from_hz: 523, length_s: 0.16, gain: 0.2 },
      { wave: "triangle", from_hz: 784, length_s: 0.3, gain: 0.2, delay_s: 0.09 },
      { wave: "sine", from_hz: 1568, length_s: 0.34, gain: 0.08, delay_s: 0.09 },
    ],
  },
  /** Your loss: the fifth falls. */
  loss: {
    tones: [
      { wave: "triangle", from_hz: 392, length_s: 0.2, gain: 0.18 },
      { wave: "triangle", from_hz: 262, length_s: 0.42, gain: 0.18, delay_s: 0.13 },
    ],
  },
  dash: { hisses: [{ filter: "bandpass", from_hz: 420, to_hz: 2500, q: 1.1, length_s: 0.24, gain: 0.42, attack_s: 0.03 }] },
  pickup: {
    tones: [
      { wave: "sine", from_hz: 660, length_s: 0.11, gain: 0.18 },
      { wave: "sine", from_hz: 880, length_s: 0.11, gain: 0.18, delay_s: 0.06 },
      { wave: "sine", from_hz: 1320, length_s: 0.2, gain: 0.16, delay_s: 0.12 },
    ],
  },
  respawn: { tones: [{ wave: "sine", from_hz: 220, to_hz: 660, length_s: 0.42, gain: 0.22, attack_s: 0.12 }] },
  warmUp: { tones: [{ wave: "triangle", from_hz: 330, length_s: 0.35, gain: 0.16, attack_s: 0.02 }] },
  live: {
    tones: [
      { wave: "triangle", from_hz: 440, length_s: 0.16, gain: 0.2 },
      { wave: "triangle", from_hz: 440, length_s: 0.16, gain: 0.2, delay_s: 0.2 },
      { wave: "triangle", from_hz: 880, length_s: 0.6, gain: 0.22, delay_s: 0.4 },
    ],
  },
  ended: {
    tones: [
      { wave: "triangle", from_hz: 659, length_s: 0.24, gain: 0.2 },
      { wave: "triangle", from_hz: 523, length_s: 0.24, gain: 0.2, delay_s: 0.2 },
      { wave: "triangle", from_hz: 392, length_s: 0.8, gain: 0.22, delay_s: 0.4 },
    ],
  },
  tick: { tones: [{ wave: "sine", from_hz: 990, length_s: 0.05, gain: 0.12 }] },
} as const satisfies Readonly<Record<string, Recipe>>;

export type SoundName = keyof typeof recipes;
