import type { Api } from "../backgrounds/api";
import type { Library } from "../backgrounds/library.svelte";
import { recall, remember } from "../lib/prefs";
import { createPicture } from "../picture";
import type { Picture, PictureState, PictureStats } from "../picture/types";
import { FALLBACK, isSafeChoice, rgbOf, sameChoice, type Choice } from "./choice";

/** The live picture and what stands behind the person in it. */
export class Scene {
  /** Null where this browser cannot make one. */
  readonly picture: Picture | null;
  /** The finished picture, to be previewed and published; another one after its worker was replaced. */
  track = $state.raw<MediaStreamTrack | null>(null);
  state = $state.raw<PictureState>({ kind: "loading", message: "" });
  stats = $state.raw<PictureStats | null>(null);
  choice = $state.raw<Choice>(FALLBACK);
  /** Why the picture could not be made, or its background not be shown. */
  complaint = $state("");
  readonly #api: Api;
  readonly #library: Library;
  #shown: Choice = FALLBACK;
  #turn = 0;

  constructor(api: Api, library: Library) {
    this.#api = api;
    this.#library = library;
    this.picture = this.#make();
  }

  /** Take up the last choice, else the newest background. Call once the library is loaded. */
  async resume(): Promise<void> {
    const [newest] = this.#library.list;
    const remembered = recall<Choice>("choice", FALLBACK, isSafeChoice);
    const lost = remembered.kind === "background" && !this.#library.find(remembered.id);
    const nothing = remembered === FALLBACK;
    await this.choose(
      (lost || nothing) && newest ? { kind: "background", id: newest.id } : lost ? FALLBACK : remembered,
    );
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.picture?.setCamera(track);
  }

  /** Stand in front of something else. The one before stays until the new one is there. */
  async choose(choice: Choice): Promise<void> {
    const turn = ++this.#turn;
    this.choice = choice;
    this.complaint = "";
    try {
      const bitmap = choice.kind === "background" ? await this.#bitmap(choice.id) : null;
      const { picture } = this;
      if (turn !== this.#turn || !picture) {
        bitmap?.close();
        return;
      }
      if (bitmap) picture.setBackdrop({ kind: "image", bitmap });
      else if (choice.kind === "colour") picture.setBackdrop({ kind: "colour", rgb: rgbOf(choice.hex) });
      else if (choice.kind !== "background") picture.setBackdrop(choice);
      this.#shown = choice;
      if (choice.kind !== "none") remember("choice", choice);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.choice = this.#shown;
      this.complaint = error instanceof Error ? error.message : String(error);
    }
  }

  isChosen(choice: Choice): boolean {
    return sameChoice(this.choice, choice);
  }

  async #bitmap(id: string): Promise<ImageBitmap> {
    const background = this.#library.find(id);
    if (!background) throw new Error("That background is not in the library any more. Choose another.");
    const blob = await this.#api.picture(background.image);
    return createImageBitmap(blob).catch(() => {
      throw new Error("That picture could not be read. Choose another.");
    });
  }

  #make(): Picture | null {
    try {
      const picture = createPicture();
      picture.setBackdrop({ kind: "colour", rgb: rgbOf(FALLBACK.hex) });
      this.track = picture.track;
      picture.on("track", (track) => (this.track = track));
      picture.on("state", (state) => (this.state = state));
      picture.on("stats", (stats) => (this.stats = stats));
      return picture;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.complaint = `The picture cannot be worked on in this browser (${why}). Try a current Chrome, Edge, Firefox or Safari.`;
      return null;
    }
  }
}
