import { notices } from "../lib/notices.svelte";
import { isString, recall, remember } from "../lib/prefs";
import { save } from "../lib/save";
import { DEFAULT_LOOK, pick, type Look, type LookField } from "../picture/look";
import { readLook, UnreadableLook, writeLook } from "../picture/look-file";
import { keepLook, lookFor, type Camera } from "./camera-looks";
import { isChoice, sameChoice, type Choice } from "./choice";
import { GROUPS } from "./look-words";
import PRESETS from "./presets.json";
import type { Scene } from "./scene.svelte";
import type { Stand } from "./stand";

export interface Preset {
  name: string;
  about: string;
  look: Partial<Look>;
  /** It goes before this colour. */
  colour?: string;
}

export const presets: readonly Preset[] = PRESETS;

/** What presets are about: not where the creator stands, nor whether there is a green screen. */
const STYLED = GROUPS.filter(({ id }) => ["edges", "light", "blur"].includes(id)).flatMap(
  ({ fields }) => fields,
);

/** No look is larger, in bytes. */
const MOST_BYTES = 65_536;

/** The look of the camera that is open: changed, kept with that camera, exported and imported. */
export class Looks {
  /** Whether the panel is. */
  open = $state(false);
  /** The group that is unfolded, or "". */
  group = $state(recall("look-group", "edges", isString));
  readonly #scene: Scene;
  readonly #stand: () => Stand;
  readonly #choose: (choice: Choice) => Promise<void>;
  #camera: Camera | null = null;

  /** `scene` is the camera's; `stand` is what is changed at the time. `choose` is for presets that come with a background. */
  constructor(scene: Scene, stand: () => Stand, choose: (choice: Choice) => Promise<void>) {
    this.#scene = scene;
    this.#stand = stand;
    this.#choose = choose;
    scene.picture?.on("screen", (colour) => {
      this.#takeScreen(colour);
    });
  }

  get look(): Look {
    return this.#stand().look;
  }

  /** Another camera is open: take up what was kept for it. */
  setCamera(track: MediaStreamTrack | null): void {
    if (!track) return;
    const camera = { id: track.getSettings().deviceId ?? "", label: track.label };
    // what was changed before there was any camera is meant for the first one
    this.#scene.setLook(lookFor(camera) ?? (this.#camera ? DEFAULT_LOOK : this.#scene.look));
    this.#camera = camera;
  }

  set(fields: Partial<Look>): void {
    const look = { ...this.look, ...fields };
    const stand = this.#stand();
    stand.setLook(look);
    if (this.#camera && stand === this.#scene) keepLook(this.#camera, look);
  }

  reset(names: readonly LookField[]): void {
    this.set(pick(DEFAULT_LOOK, names));
  }

  resetAll(): void {
    const before = this.look;
    this.set(DEFAULT_LOOK);
    notices.show("Your look is as it was at first.", "plain", this.#undo(before));
  }

  unfold(group: string): void {
    this.group = group;
    remember("look-group", group);
  }

  isPreset({ look, colour }: Preset): boolean {
    const wanted = { ...DEFAULT_LOOK, ...look };
    const { choice } = this.#stand();
    if (colour && !(choice.kind === "colour" && choice.hex === colour)) return false;
    return STYLED.every((name) => this.look[name] === wanted[name]);
  }

  async usePreset({ name, look, colour }: Preset): Promise<void> {
    const before = this.look;
    const behind = this.#stand().choice;
    this.set({ ...pick(DEFAULT_LOOK, STYLED), ...look });
    const now: Choice | null = colour ? { kind: "colour", hex: colour } : null;
    if (now) await this.#choose(now);
    const { label, run } = this.#undo(before);
    notices.show(`Your look is “${name}”.`, "plain", {
      label,
      run: () => {
        run();
        if (now && isChoice(behind) && !sameChoice(behind, now)) void this.#choose(behind);
      },
    });
  }

  /** Take the green screen's colour from the camera's picture. */
  findScreen(): void {
    this.#scene.picture?.findScreen();
  }

  export(): void {
    save(new Blob([writeLook(this.look)], { type: "application/json" }), "look.json");
  }

  async import(file: File): Promise<void> {
    try {
      if (file.size > MOST_BYTES) throw new UnreadableLook("This is too large to be a look.");
      const look = readLook(await file.text());
      const before = this.look;
      this.set(look);
      notices.show(`Your look is the one of ${file.name}.`, "good", this.#undo(before));
    } catch (error) {
      const why = error instanceof UnreadableLook ? error.message : "The file could not be read. Try again.";
      notices.show(`${file.name}: ${why}`, "bad");
    }
  }

  #takeScreen(colour: readonly [number, number, number] | null): void {
    if (colour) {
      const [key_red, key_green, key_blue] = colour;
      this.set({ key_red, key_green, key_blue });
      return;
    }
    notices.show(
      "No screen is seen behind you. It has to fill at least a quarter of the picture's sides and top; or pick its colour by hand.",
      "bad",
    );
  }

  #undo(before: Look): { label: string; run: () => void } {
    return {
      label: "Undo",
      run: () => {
        this.set(before);
      },
    };
  }
}
