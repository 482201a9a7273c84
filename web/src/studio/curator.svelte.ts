import type { Api } from "../backgrounds/api";
import { inWords } from "../backgrounds/http";
import type { Library } from "../backgrounds/library.svelte";
import type { Shelf } from "../backgrounds/shelf.svelte";
import type { Background, Imported } from "../backgrounds/types";
import { notices } from "../lib/notices.svelte";
import { save } from "../lib/save";
import { megabytes } from "../lib/words";

/** What the creator does with kept backgrounds, and what is said about it. */
export class Curator {
  /** Whether the drawer is open. */
  open = $state(false);
  exporting = $state(false);
  /** How far an import is; `total` is 0 until the server knows. */
  intake = $state.raw<{ done: number; total: number } | null>(null);
  /** What the last import brought. */
  imported = $state.raw<Imported | null>(null);
  readonly #api: Api;
  readonly #library: Library;
  readonly #shelf: Shelf;
  #abort: AbortController | null = null;

  constructor(api: Api, library: Library, shelf: Shelf) {
    this.#api = api;
    this.#library = library;
    this.#shelf = shelf;
  }

  /** Delete these; `back` hears when the creator has undone it. */
  async remove(backgrounds: readonly Background[], back: () => void = () => undefined): Promise<void> {
    const removals = backgrounds.map((background) => this.#library.remove(background));
    const { length } = backgrounds;
    const text = length === 1 ? "Background deleted." : `${length} backgrounds deleted.`;
    const notice = notices.show(text, "plain", {
      label: "Undo",
      run: () => void this.#restore(backgrounds, removals, back),
    });
    try {
      await Promise.all(removals);
    } catch (error) {
      notices.dismiss(notice);
      notices.show(inWords(error), "bad");
    }
  }

  async favour(background: Background, favourite: boolean): Promise<void> {
    try {
      await this.#library.favour(background, favourite);
    } catch (error) {
      notices.show(inWords(error), "bad");
    }
  }

  /** Save these backgrounds, or all, as a zip. */
  async export(ids: string[] | null): Promise<void> {
    this.exporting = true;
    try {
      save(await this.#api.export(ids), "backgrounds.zip");
    } catch (error) {
      notices.show(inWords(error), "bad");
    } finally {
      this.exporting = false;
    }
  }

  /** Take in a zip of backgrounds that is at most `limit` bytes. */
  async import(file: File, limit: number): Promise<void> {
    if (this.intake) return;
    if (file.size > limit) {
      const most = `at most ${megabytes(limit)} can be taken in at once. Export fewer backgrounds at a time.`;
      notices.show(`${file.name} is ${megabytes(file.size)}; ${most}`, "bad");
      return;
    }
    const abort = (this.#abort = new AbortController());
    this.imported = null;
    this.intake = { done: 0, total: 0 };
    try {
      this.imported = await this.#api.import(file, (step) => (this.intake = step), abort.signal);
    } catch (error) {
      if (abort.signal.aborted) notices.show("Import stopped. What had come in is kept.");
      else notices.show(inWords(error), "bad");
    } finally {
      this.intake = null;
    }
    await Promise.all([this.#library.load(), this.#shelf.look()]);
  }

  cancelImport(): void {
    this.#abort?.abort();
  }

  async #restore(
    backgrounds: readonly Background[],
    removals: Promise<void>[],
    back: () => void,
  ): Promise<void> {
    // a deletion that is still on its way would come after the restoring
    await Promise.allSettled(removals);
    try {
      await Promise.all(backgrounds.map(({ id }) => this.#library.restore(id)));
      back();
    } catch (error) {
      notices.show(inWords(error), "bad");
    }
  }
}
