/** Short sounds made of a few oscillators and one stretch of noise; each voice takes itself down when it has ended. */

export interface Tone {
  readonly wave: OscillatorType;
  readonly from_hz: number;
  readonly to_hz?: number;
  readonly length_s: number;
  readonly gain: number;
  readonly delay_s?: number;
  readonly attack_s?: number;
}

export interface Hiss {
  readonly filter: BiquadFilterType;
  readonly from_hz: number;
  readonly to_hz?: number;
  readonly q?: number;
  readonly length_s: number;
  readonly gain: number;
  readonly delay_s?: number;
  readonly attack_s?: number;
}

export interface Recipe {
  readonly tones?: readonly Tone[];
  readonly hisses?: readonly Hiss[];
}

const ATTACK_S = 0.004;
const SILENCE = 0.0001;

export class Synth {
  readonly #context: AudioContext;
  readonly #out: AudioNode;
  readonly #noise: AudioBuffer;

  constructor(context: AudioContext, out: AudioNode) {
    this.#context = context;
    this.#out = out;
    this.#noise = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = this.#noise.getChannelData(0);
    for (let index = 0; index < samples.length; index += 1) samples[index] = Math.random() * 2 - 1;
  }

  play(recipe: Recipe, pan: number, gain: number): void {
    const panner = this.#context.createStereoPanner();
    panner.pan.value = pan;
    panner.connect(this.#out);
    for (const tone of recipe.tones ?? []) this.#tone(tone, panner, gain);
    for (const hiss of recipe.hisses ?? []) this.#hiss(hiss, panner, gain);
  }

  /** Noise without an end, silent at first: the rush of a wake. */
  rush(frequency_hz: number): { readonly gain: GainNode; readonly filter: BiquadFilterNode } {
    const source = this.#context.createBufferSource();
    source.buffer = this.#noise;
    source.loop = true;
    const filter = this.#context.createBiquadFilter();
    filter.type = "bandpass";
    filter.frequency.value = frequency_hz;
    filter.Q.value = 0.7;
    const gain = this.#context.createGain();
    gain.gain.value = 0;
    source.connect(filter).connect(gain).connect(this.#out);
    source.start();
    return { gain, filter };
  }

  #tone(tone: Tone, out: AudioNode, loudness: number): void {
    const start = this.#context.currentTime + (tone.delay_s ?? 0);
    const oscillator = this.#context.createOscillator();
    oscillator.type = tone.wave;
    oscillator.frequency.setValueAtTime(tone.from_hz, start);
    if (tone.to_hz !== undefined) oscillator.frequency.exponentialRampToValueAtTime(tone.to_hz, start + tone.length_s);
    oscillator.connect(this.#envelope(tone, start, loudness, out));
    oscillator.start(start);
    oscillator.stop(start + tone.length_s + 0.02);
  }

  #hiss(hiss: Hiss, out: AudioNode, loudness: number): void {
    const start = this.#context.currentTime + (hiss.delay_s ?? 0);
    const source = this.#context.createBufferSource();
    source.buffer = this.#noise;
    source.loop = true;
    const filter = this.#context.createBiquadFilter();
    filter.type = hiss.filter;
    filter.Q.value = hiss.q ?? 0.8;
    filter.frequency.setValueAtTime(hiss.from_hz, start);
    if (hiss.to_hz !== undefined) filter.frequency.exponentialRampToValueAtTime(hiss.to_hz, start + hiss.length_s);
    source.connect(filter).connect(this.#envelope(hiss, start, loudness, out));
    source.start(start, Math.random() * 0.9);
    source.stop(start + hiss.length_s + 0.02);
  }

  #envelope(shape: Tone | Hiss, start: number, loudness: number, out: AudioNode): GainNode {
    const envelope = this.#context.createGain();
    const top = Math.max(SILENCE, shape.gain * loudness);
    envelope.gain.setValueAtTime(SILENCE, start);
    envelope.gain.exponentialRampToValueAtTime(top, start + (shape.attack_s ?? ATTACK_S));
    envelope.gain.exponentialRampToValueAtTime(SILENCE, start + shape.length_s);
    envelope.connect(out);
    return envelope;
  }
}
