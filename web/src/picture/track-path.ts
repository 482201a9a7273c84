import type { Path, Send } from "./path";

/** Frames wait here no longer than one frame takes; the oldest is dropped. */
const WAITING_FRAMES = 1;

export function hasTrackProcessor(): boolean {
  return "MediaStreamTrackProcessor" in globalThis && "MediaStreamTrackGenerator" in globalThis;
}

/** Camera and published track as streams of frames, both handed to the worker: the page never sees a frame. */
export function trackPath(send: Send): Path {
  let track = new MediaStreamTrackGenerator({ kind: "video" });
  let taken = false;
  return {
    name: "track-processor",
    get track() {
      return track;
    },
    output() {
      // a generator's stream cannot be had back from a dead worker
      if (taken) track = new MediaStreamTrackGenerator({ kind: "video" });
      taken = true;
      return track.writable;
    },
    setCamera(camera) {
      if (!camera) {
        send({ kind: "camera", present: false, frames: null });
        return;
      }
      const source = camera as MediaStreamVideoTrack;
      const frames = new MediaStreamTrackProcessor({ track: source, maxBufferSize: WAITING_FRAMES }).readable;
      send({ kind: "camera", present: true, frames }, [frames]);
    },
    show(frame) {
      frame.close();
    },
    made: () => undefined,
    openTrial() {
      const trial = new MediaStreamTrackGenerator({ kind: "video" });
      return {
        track: trial,
        stream: trial.writable,
        show(frame) {
          frame.close();
        },
        close() {
          trial.stop();
        },
      };
    },
    beat: () => undefined,
    close() {
      track.stop();
    },
  };
}
