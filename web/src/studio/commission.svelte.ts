import type { Api } from "../backgrounds/api";
import { Draft, type Arrival } from "../backgrounds/draft.svelte";
import { Painting } from "../backgrounds/painting.svelte";
import { backgroundSize, type Size } from "../backgrounds/sizes";
import type { Background, Generating, Wish } from "../backgrounds/types";
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

/** From the creator's words to a picture that is tried or on air. */
export class Commission {
  readonly draft = new Draft();
  readonly painting: Painting;
  /** Whether the dialog is open. */
  open = $state(false);
  readonly #client: Client;
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

  /** Paint what stands in the dialog. */
  async paint(): Promise<void> {
    const { draft } = this;
    if (draft.empty) return;
    const [first] = await this.#paint(draft.wish(this.cameraSize), draft.arrival, () => (this.open = true));
    if (first && !draft.locked) draft.seed = first.seed;
  }

  /** Paint more of what made this background, from this seed on; what stands in the dialog stays. */
  async again(background: Background, seed: number): Promise<void> {
    const { count, arrival } = this.draft;
    const { prompt, negative_prompt, style, generator, width, height } = background;
    const wish = { prompt, negative_prompt, style, generator, width, height, seed, count };
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
    const tell = (event: Generating) => {
      if (event.kind === "progress" && event.preview && this.#following && event.sample === painting.leader) {
        void scene.tryPicture(event.preview, wish).then(() => (seen = true));
      } else if (event.kind === "image") {
        this.#client.keep(event.background);
        // when the creator had enough of watching it come along, it does not come back by itself
        const unwanted = seen && scene.trial?.kind !== "making";
        if (painting.ready.length === 1) void this.#arrive(event.background, arrival, unwanted);
      }
    };
    const made = await painting.start(wish, wish.generator ?? this.#client.generator, tell);
    const { ready } = painting;
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
