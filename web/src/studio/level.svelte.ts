const FLOOR_DB = -60;
const INTERVAL_MS = 100;
/** Few enough that a page which shows them has little to do, and enough to see oneself speak. */
const STEPS = 20;

/** The level of a sound track, 0 to 1 over 60 dB in steps, measured while `track` is set. */
export class Level {
  value = $state(0);
  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #timer = 0;

  constructor() {
    // browsers let sound be worked on only after a first touch of the page
    for (const gesture of ["pointerdown", "keydown"])
      addEventListener(gesture, () => void this.#context?.resume(), { capture: true, passive: true });
  }

  listen(track: MediaStreamTrack | null): void {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
    this.value = 0;
    if (!track) return;
    // nobody hears it, so it need not be quick
    this.#context ??= new AudioContext({ latencyHint: "playback" });
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = window.setInterval(() => {
      if (document.hidden) return;
      analyser.getFloatTimeDomainData(samples);
      this.value = Math.round(levelOf(samples) * STEPS) / STEPS;
    }, INTERVAL_MS);
  }
}

/** Root mean square of samples in -1 to 1, as 0 (-60 dB or less) to 1 (full scale). */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}
