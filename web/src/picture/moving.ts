import type { Pixels } from "./kernel";
import type { Backdrop } from "./types";

/** A picture that moves by a clock of its own. */
export interface MovingPicture {
  /** Its frame for the moment `now`, in milliseconds; null where that is the one given last. Never waits. */
  at(now: number): Pixels | null;
  close(): void;
}

/** A backdrop as it is painted: what of it must be read first has been read. */
export type LiveBackdrop = Exclude<Backdrop, { kind: "video" }> | { kind: "video"; frames: MovingPicture };
