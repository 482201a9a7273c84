import type { Api } from "../backgrounds/api";
import { Draft, type Arrival } from "../backgrounds/draft.svelte";
import { inWords } from "../backgrounds/http";
import { Painting } from "../backgrounds/painting.svelte";
import { backgroundSize, type Size } from "../backgrounds/sizes";
import {
  type Background,
  type Generating,
  type Generators,
  type GeneratorState,
  isVideo,
  type Wish,
} from "../backgrounds/types";
import { notices } from "../lib/notices.svelte";
import { duration } from "../lib/words";
import type { SafeChoice } from "./choice";
import type { Stand } from "./stand";

/** What a commission needs of the studio. */
export interface Client {
  readonly api: Api;
  readonly scene: Stand;
  /** Who paints when a wish names nobody. */
  readonly generator: string;
  readonly cameraSize: { width?: number | undefined; height?: number | undefined };
  /** Take in a background that has just been made. */
  keep(background: Background): void;
  choose(choice: SafeChoice): Promise<void>;
}

/** What generators told is true for so long. */
const FRESH_MS = 20_000;

/** From the creator's words to a picture that is tried or on air. */
export class Commission {
  readonly draft = new Draft();
  readonly painting: Painting;
  /** Whether the dialog is open. */
  open = $state(false);
  /** Which generators there are; null while nobody knows. */
  generators = $state.raw<Generators | null>(null);
  /** Why nobody knows. */
  complaint = $state("");
  readonly #client: Client;
  /** When the generators told how they are. */
  #looked = -Infinity;
  /** Whether the preview shows how the picture comes along. */
  #following = false;

  constructor(client: Client) {
    this.#client = client;
    this.painting = new Painting(client.api);
  }

  get cameraSize(): Size {
    const { width, height } = this.#client.cameraSize;
    return backgroundSize(width, height);
  }

  /** Who will paint what stands in the dialog. */
  get generator(): string {
    return this.draft.generator || this.#client.generator;
  }

  /** Who will really paint it, as far as it is known: "auto" stands for another. */
  get painter(): GeneratorState | undefined {
    const named = this.generator || "auto";
    const name = named === "auto" ? this.generators?.auto.name : named;
    return this.generators?.generators.find((generator) => generator.name === name);
  }

  /** Whether what stands in the dialog can be painted so that it moves. */
  get canMove(): boolean {
    return this.painter?.moves ?? false;
  }

  /** What the recalled background was painted with, where the same words and seed give another picture by now. */
  get outdated(): { background: Background; by: string; now: string } | null {
    const { draft, painter } = this;
    const { again: background } = draft;
    if (!background?.model || !painter?.model || background.generator !== painter.name) return null;
    if (background.model === painter.model || !draft.locked || draft.seed !== background.seed) return null;
    return { background, by: background.model, now: painter.model };
  }

  /** Ask which generators there are, and what they can, unless that was asked just now: it may take seconds. */
  async lookAround(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#looked < FRESH_MS) return;
    this.complaint = "";
    try {
      this.generators = await this.#client.api.generators(signal);
      this.#looked = performance.now();
    } catch (error) {
      if (!signal.aborted) this.complaint = inWords(error);
    }
  }

  /** Paint what stands in the dialog. */
  async paint(): Promise<void> {
    const { draft } = this;
    if (draft.empty) return;
    const wish = draft.wish(this.cameraSize);
    // another generator may have been chosen since
    if (this.generators && !this.canMove) delete wish.motion;
    const [first] = await this.#paint(wish, draft.arrival, () => (this.open = true));
    if (first && !draft.locked) draft.seed = first.seed;
  }

  /** Paint more of what made this background, from this seed on; what stands in the dialog stays. */
  async again(background: Background, seed: number): Promise<void> {
    const { count, arrival } = this.draft;
    const { prompt, negative_prompt, style, generator, width, height } = background;
    const motion = isVideo(background);
    const wish = { prompt, negative_prompt, style, generator, width, height, seed, count, motion };
    await this.#paint(wish, arrival, () => {
      this.edit(background, false);
    });
  }

  /** Put into the dialog what made this background. */
  edit(background: Background, keepSeed: boolean): void {
    this.draft.recall(background, this.cameraSize, keepSeed);
    this.open = true;
  }

  /** Stand in front of a sample where only the creator sees it. */
  async look(background: Background): Promise<void> {
    this.#following = false;
    this.open = false;
    await this.#client.scene.tryChoice({ kind: "background", id: background.id });
  }

  async use(background: Background): Promise<void> {
    this.#following = false;
    this.open = false;
    await this.#client.choose({ kind: "background", id: background.id });
  }

  /** @returns what came of it, in the order of the seeds; `show` opens the dialog when nothing did */
  async #paint(wish: Wish, arrival: Arrival, show: () => void): Promise<Background[]> {
    const { painting } = this;
    const { scene } = this.#client;
    if (painting.busy) return [];
    this.#following = true;
    let seen = false;
    let trying = Promise.resolve();
    const tell = (event: Generating) => {
      if (event.kind === "progress" && event.preview && this.#following && event.sample === painting.leader) {
        trying = scene.tryPicture(event.preview, wish).then(() => {
          seen = true;
        });
        // the still is whole, and the creator stands in front of it while the loop is painted
        if (event.whole && scene.canTry && painting.samples.length === 1) this.open = false;
      } else if (event.kind === "image") {
        this.#client.keep(event.background);
        // when the creator had enough of watching it come along, it does not come back by itself
        const unwanted = seen && scene.trial?.kind !== "making";
        if (painting.ready.length === 1) void this.#arrive(event.background, arrival, unwanted);
      }
    };
    const made = await painting.start(wish, wish.generator ?? this.#client.generator, tell);
    const { ready } = painting;
    // a preview that is still being read would come after its end
    await trying;
    if (ready.length === 0 && scene.trial?.kind === "making") scene.endTrial();
    if (made) this.#finished(ready.length);
    else if (painting.complaint && !this.open)
      notices.show(painting.complaint, "bad", { label: "Show", run: show });
    return ready;
  }

  /** The first picture of a commission is there. */
  async #arrive(background: Background, arrival: Arrival, unwanted: boolean): Promise<void> {
    const { scene } = this.#client;
    const choice: SafeChoice = { kind: "background", id: background.id };
    const following = this.#following;
    this.#following = false;
    // the whole picture takes the place of a half-made one that went on air
    if (arrival === "air" || !scene.canTry || scene.choice.kind === "preview") {
      this.open = false;
      await this.#client.choose(choice);
    } else if (following && !unwanted) {
      if (this.painting.samples.length === 1) this.open = false;
      await scene.tryChoice(choice);
    }
  }

  #finished(count: number): void {
    const { painting } = this;
    const what = count === 1 ? "Your background is ready." : `Your ${count} backgrounds are ready: pick one.`;
    notices.show(`${what} It took ${duration(painting.seconds)}.`, "good");
    if (painting.samples.length > 1) return;
    this.open = false;
    painting.clear();
  }
}
