/** Video files, read and decoded by mediabunny and the browser's own decoders. Loaded only when there is a video. */
import {
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  MP4,
  VideoSampleSink,
  type VideoSample,
  WEBM,
} from "mediabunny";

import type { FrameFormat, FrameShape, Pixels } from "./kernel";
import { steadyRate } from "./steady";
import type { VideoTrack } from "./video-loop";

const FORMATS = new Set<string>(["I420", "NV12", "RGBA", "RGBX", "BGRA", "BGRX"] satisfies FrameFormat[]);
/** From this height on, a video that does not say is taken to be BT.709, as browsers do. */
const HD = 720;

/** Open a file. Throws, in words that go on from "this video cannot be played: ". */
export async function openVideo(blob: Blob): Promise<VideoTrack<VideoSample>> {
  if (!("VideoDecoder" in globalThis)) throw new Error("this browser has no decoder for pages");
  const input = new Input({ source: new BlobSource(blob), formats: [MP4, WEBM] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error("there is no video in it");
    if (!(await track.canDecode())) throw new Error(`this browser cannot decode ${await nameOf(track)}`);
    const sink = new VideoSampleSink(track);
    const pencil = new Pencil();
    const { matrix = null } = await track.getColorSpace();
    return {
      end: await track.computeDuration(),
      rate: steadyRate(await timesOf(track)),
      samples: () => sink.samples(),
      read: (sample, memory) => read(sample, matrix, memory, pencil),
      close: () => {
        input.dispose();
      },
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** When each of its frames is shown, in seconds. */
async function timesOf(track: InputVideoTrack): Promise<number[]> {
  const times: number[] = [];
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp } of packets) times.push(timestamp);
  return times.sort((a, b) => a - b);
}

async function nameOf(track: InputVideoTrack): Promise<string> {
  return (await track.getCodec())?.toUpperCase() ?? "its codec";
}

/** Planes as they are, where the kernel can read them; anything else is drawn. */
async function read(
  sample: VideoSample,
  said: VideoMatrixCoefficients | null,
  memory: ArrayBuffer | null,
  pencil: Pencil,
): Promise<Pixels> {
  const shape = shapeOf(sample, said);
  if (!shape) return pencil.draw(sample);
  const size = sample.allocationSize();
  const data = new Uint8Array(memory?.byteLength === size ? memory : new ArrayBuffer(size));
  await sample.copyTo(data);
  return { shape, data };
}

/** `said`: by the file. Where it says nothing, Chromium's decoder says BT.709 of everything. */
function shapeOf(sample: VideoSample, said: VideoMatrixCoefficients | null): FrameShape | null {
  const { num, den } = sample.pixelAspectRatio;
  const { width, height } = sample.visibleRect;
  // planes with transparency have it last
  const format = sample.format === "I420A" ? "I420" : sample.format;
  if (format === null || !FORMATS.has(format) || sample.rotation !== 0 || sample.flip || num !== den)
    return null;
  const { colorSpace } = sample;
  const matrix = said ?? (colorSpace.matrix === "bt709" ? null : colorSpace.matrix);
  const hd = matrix === null ? height >= HD : matrix === "bt709" || matrix.startsWith("bt2020");
  return {
    format: format as FrameFormat,
    width,
    height,
    matrix: hd ? "bt709" : "bt601",
    fullRange: colorSpace.fullRange === true,
  };
}

/** Draws frames that lie on their side, have pixels that are not square, or are in a format of their own. */
class Pencil {
  #context: OffscreenCanvasRenderingContext2D | null = null;

  draw(sample: VideoSample): Pixels {
    const { displayWidth: width, displayHeight: height } = sample;
    this.#context ??= new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!this.#context) throw new Error("this browser gives no 2D canvas");
    const { canvas } = this.#context;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    sample.draw(this.#context, 0, 0, width, height);
    const { data } = this.#context.getImageData(0, 0, width, height);
    return { shape: { format: "RGBA", width, height, matrix: "bt601", fullRange: true }, data };
  }
}
