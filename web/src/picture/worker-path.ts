import type { Path, Send, TrialOutput } from "./path";

/**
 * Whether tracks can be given to a worker. A browser may have track processors in its workers and not know this way
 * there yet; it throws when it is asked to.
 */
export function canTransfer(track: MediaStreamTrack): boolean {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(track, [track]);
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
    port2.close();
  }
}

/**
 * The standard's way, for browsers that have track processors and generators in workers only: the worker is given the
 * camera's track and gives back one that it made.
 *
 * @param first shown until the worker's track is there
 */
export function workerPath(send: Send, first: MediaStreamTrack, openTrial: () => TrialOutput): Path {
  let track = first;
  return {
    name: "worker-track",
    get track() {
      return track;
    },
    output: () => "track",
    setCamera(camera) {
      // what is given away is gone: the page keeps the camera's own track, to know how it is and to stop it
      const frames = camera?.clone() ?? null;
      const transfer = frames ? [frames as unknown as Transferable] : [];
      send({ kind: "camera", present: frames !== null, frames }, transfer);
    },
    show(frame) {
      frame.close();
    },
    made(made) {
      track = made;
    },
    openTrial,
    beat: () => undefined,
    close() {
      track.stop();
    },
  };
}
