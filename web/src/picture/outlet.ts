import type { Outlet } from "./path";
import type { FromWorker } from "./protocol";

/** The standard's, which lib.dom does not know yet. */
interface TrackGenerator {
  readonly writable: WritableStream<VideoFrame>;
  readonly track: MediaStreamTrack;
}

declare const VideoTrackGenerator: new () => TrackGenerator;

/** Where a worker's finished pictures go; it counts those that were taken. */
export class Sink {
  pictures = 0;
  readonly #say: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #kind: "frame" | "trial-frame";
  readonly #writer: WritableStreamDefaultWriter<VideoFrame> | null;

  constructor(
    outlet: Outlet,
    kind: "frame" | "trial-frame",
    say: (message: FromWorker, transfer: Transferable[]) => void,
  ) {
    this.#say = say;
    this.#kind = kind;
    this.#writer = (outlet === "track" ? this.#ownTrack() : outlet)?.getWriter() ?? null;
  }

  /** The frame is taken over. */
  put(frame: VideoFrame): void {
    if (!this.#writer) {
      this.#say({ kind: this.#kind, frame }, [frame]);
      this.pictures += 1;
    } else if ((this.#writer.desiredSize ?? 0) > 0) {
      this.#writer.write(frame).then(
        () => (this.pictures += 1),
        () => {
          frame.close();
        },
      );
    } else frame.close();
  }

  #ownTrack(): WritableStream<VideoFrame> {
    const generator = new VideoTrackGenerator();
    this.#say({ kind: "track", track: generator.track }, [generator.track]);
    return generator.writable;
  }
}
