// The method of the tutorial that this project grew out of, written afresh for comparison: MediaPipe's selfie
// segmenter (the square model, CPU, with the masks it gives by default), two readbacks, a loop over all pixels
// with a hard threshold, all on the main thread at the display's pace. Unlike there, the camera waits for the
// model, so that the comparison is with the method at its best; and the microphone is open from the start, as it
// is there once live and always in the studio.
import { FilesetResolver, ImageSegmenter } from "/engine/vision_bundle.mjs";

const asked = new URLSearchParams(location.search);
const [width, height] = ["width", "height"].map((name) => Number(asked.get(name)));
const camera = document.getElementById("camera");
const stage = document.getElementById("stage");

function pen(canvas) {
  [canvas.width, canvas.height] = [width, height];
  return canvas.getContext("2d", { willReadFrequently: true });
}

const front = pen(stage);
const behind = pen(document.createElement("canvas"));
const background = await createImageBitmap(await (await fetch("/background")).blob());
behind.drawImage(background, 0, 0, width, height);

const segmenter = await ImageSegmenter.createFromOptions(await FilesetResolver.forVisionTasks("/engine/wasm"), {
  baseOptions: { modelAssetPath: "/model", delegate: "CPU" },
  runningMode: "VIDEO",
  outputCategoryMask: true,
});

function replaceBackground({ categoryMask }) {
  const seen = front.getImageData(0, 0, width, height).data;
  const picture = behind.getImageData(0, 0, width, height);
  const shown = picture.data;
  const mask = categoryMask.getAsFloat32Array();
  for (let pixel = 0, at = 0; pixel < mask.length; pixel++, at += 4) {
    if (Math.round(mask[pixel] * 255) === 255) continue;
    shown[at] = seen[at];
    shown[at + 1] = seen[at + 1];
    shown[at + 2] = seen[at + 2];
    shown[at + 3] = seen[at + 3];
  }
  front.putImageData(picture, 0, 0);
  requestAnimationFrame(render);
}

let last = -1;
let drawn = -1;
function render(now) {
  if (camera.currentTime === last) {
    requestAnimationFrame(render);
    return;
  }
  last = camera.currentTime;
  // The clock of a camera's video moves on between its frames too: only new pictures count.
  const { totalVideoFrames } = camera.getVideoPlaybackQuality();
  if (totalVideoFrames !== drawn) window.frames++;
  drawn = totalVideoFrames;
  front.drawImage(camera, 0, 0, width, height);
  segmenter.segmentForVideo(camera, now, replaceBackground);
}

window.frames = 0;
window.stream = stage.captureStream();
camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width, height }, audio: true });
await camera.play();
requestAnimationFrame(render);
