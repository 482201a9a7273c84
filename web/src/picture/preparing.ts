import type { LiveBackdrop, MovingPicture } from "./moving";
import type { Backdrop, VideoTrouble } from "./types";
import { VideoLoop } from "./video-loop";

/** Begins to play a video; `trouble` hears why it stands still. */
export type PlayVideo = (
  blob: Blob,
  trouble: (why: string) => void,
) => MovingPicture & { readonly ready: Promise<void> };

const playVideo: PlayVideo = (blob, trouble) =>
  new VideoLoop(async () => (await import("./video-file")).openVideo(blob), trouble);

type Trouble = (about: Omit<VideoTrouble, "trial">, wish: number) => void;

/** Reads what must be read before a backdrop can be shown. Only the newest wish counts. */
export class Preparing {
  readonly #place: (backdrop: LiveBackdrop, wish: number) => void;
  readonly #trouble: Trouble;
  readonly #play: PlayVideo;
  #turn = 0;
  #loading: MovingPicture | null = null;

  /** @param place hears of each backdrop once it can be shown at once */
  constructor(place: (backdrop: LiveBackdrop, wish: number) => void, trouble: Trouble, play = playVideo) {
    this.#place = place;
    this.#trouble = trouble;
    this.#play = play;
  }

  set(backdrop: Backdrop, wish: number): void {
    this.cancel();
    if (backdrop.kind === "video") void this.#load(backdrop.blob, wish);
    else this.#place(backdrop, wish);
  }

  /** What is still being read is not wanted any more. */
  cancel(): void {
    this.#turn += 1;
    this.#loading?.close();
    this.#loading = null;
  }

  async #load(blob: Blob, wish: number): Promise<void> {
    const turn = this.#turn;
    const frames = this.#play(blob, (why) => {
      if (turn !== this.#turn) return;
      const message = `The background video stands still: ${why}. It is tried again by itself.`;
      this.#trouble({ message, lost: false }, wish);
    });
    this.#loading = frames;
    try {
      await frames.ready;
    } catch (error) {
      frames.close();
      if (turn !== this.#turn) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#trouble({ message: `This video cannot be played here: ${why}.`, lost: true }, wish);
      return;
    }
    if (turn !== this.#turn) return;
    this.#loading = null;
    this.#place({ kind: "video", frames }, wish);
  }
}
