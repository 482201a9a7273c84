import type { Path, Send, TrialOutput } from "./path";

const ALIVE_MS = 500;

/** A canvas whose stream shows what is drawn on it. */
export function canvasOutput(): TrialOutput {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  const [track] = canvas.captureStream().getVideoTracks();
  if (!context || !track) throw new Error("this browser can neither process tracks nor capture a canvas");
  return {
    track,
    stream: null,
    show(frame) {
      const { displayWidth: width, displayHeight: height } = frame;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.drawImage(frame, 0, 0, width, height);
      frame.close();
    },
    close() {
      track.stop();
    },
  };
}

/**
 * For browsers without track processors: frames are read off a video element and drawn on a canvas whose stream
 * is published. The pixels are made in the same worker by the same kernel.
 */
export function canvasPath(send: Send): Path {
  const air = canvasOutput();
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  let lastTime = -1;
  let lastBeat = -Infinity;

  /** Only for a worker that lives: a frame that nobody closes holds up the camera. */
  function grab(): void {
    if (performance.now() - lastBeat > ALIVE_MS) return;
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.currentTime === lastTime) return;
    lastTime = video.currentTime;
    const frame = new VideoFrame(video, { timestamp: Math.round(lastTime * 1e6) });
    send({ kind: "frame", frame }, [frame]);
  }

  function next(): void {
    video.requestVideoFrameCallback(() => {
      grab();
      next();
    });
  }
  next();

  return {
    name: "canvas",
    track: air.track,
    openTrial: canvasOutput,
    output: () => null,
    setCamera(camera) {
      send({ kind: "camera", present: camera !== null, frames: null });
      lastTime = -1;
      video.srcObject = camera && new MediaStream([camera]);
      // it is refused only when another camera takes its place, or none
      if (camera) video.play().catch(() => undefined);
    },
    show(frame) {
      air.show(frame);
    },
    made: () => undefined,
    beat() {
      lastBeat = performance.now();
      // a hidden video calls nobody back
      if (document.hidden) grab();
    },
    close() {
      air.close();
      video.srcObject = null;
    },
  };
}
