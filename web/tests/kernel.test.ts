import { describe, expect, test } from "vitest";

import { Compositor, sameShape, shapeOf, type FrameShape, type ModelShape } from "../src/picture/kernel";
import { blob, golden, sha256, wasm, type Case, type Step } from "./golden";

const MODEL: ModelShape = { width: 32, height: 18, mean: 0, scale: 255, channels: 1 };
const SHAPE: FrameShape = { format: "I420", width: 8, height: 6, matrix: "bt601", fullRange: false };

async function ready(shape: FrameShape = SHAPE): Promise<Compositor> {
  const compositor = await Compositor.load(MODEL, wasm);
  compositor.resize(shape);
  return compositor;
}

/** Do one step of a golden case; for one that expects something, give what the kernel has. */
function play(compositor: Compositor, step: Step, shape: FrameShape): Uint8Array | Float32Array | null {
  switch (step.do) {
    case "takeFrame":
      compositor.frame.set(new Uint8Array(blob, ...step.data));
      compositor.takeFrame();
      return null;
    case "takeMatte":
      compositor.takeMatte(new Float32Array(blob, step.data[0], step.data[1] / 4));
      return null;
    case "setPicture":
      compositor.setPicture(new Uint8Array(blob, ...step.data), step.width, step.height);
      return null;
    case "setVideo":
    case "setVideoFrame":
      compositor[step.do]({ shape: step.shape, data: new Uint8Array(blob, ...step.data) });
      return null;
    case "setColour":
      compositor.setColour(...step.rgb);
      return null;
    case "setLook":
      compositor.setLook(step.look);
      return null;
    case "composite":
    case "backgroundAlone":
      compositor[step.do](step.mix);
      return null;
    case "sendFrame":
    case "carryMatte":
    case "resetMatte":
    case "setBlur":
    case "setNone":
    case "setTransparent":
      compositor[step.do]();
      return null;
    default: {
      if (step.expect === "input") return compositor.modelInput;
      if (step.expect === "output") return compositor.output;
      if (step.expect === "alpha") return compositor.alpha;
      const rgba = new Uint8ClampedArray(shape.width * shape.height * 4);
      compositor.readRgba(rgba);
      return new Uint8Array(rgba.buffer);
    }
  }
}

describe("golden vectors", () => {
  test.each(golden)("$name", async ({ model, shape, steps }: Case) => {
    const compositor = await Compositor.load(model, wasm);
    compositor.resize(shape);
    for (const step of steps) {
      const given = play(compositor, step, shape)?.slice();
      if (step.do !== undefined || given === undefined) continue;
      const [start, length] = step.data;
      const wanted =
        step.expect === "input"
          ? new Float32Array(blob, start, length / 4)
          : new Uint8Array(blob, start, length);
      expect(given.length).toBe(wanted.length);
      let farthest = 0;
      for (const [i, value] of given.entries())
        farthest = Math.max(farthest, Math.abs(value - (wanted[i] ?? NaN)));
      expect(farthest).toBeLessThanOrEqual(step.within);
      expect(await sha256(given)).toBe(step.sha256);
    }
  });
});

test("views look into memory that has grown", async () => {
  const compositor = await ready();
  const before = compositor.frame;
  compositor.setPicture(new Uint8Array(2000 * 1000 * 4).fill(255), 2000, 1000);
  compositor.composite();
  expect(before.length).toBe(0);
  expect(compositor.frame.length).toBe(8 * 6 * 1.5);
  expect(compositor.output.subarray(0, 48).every((y) => y === 235)).toBe(true);
});

test("a backdrop waits for the next composite, so that a frame can be written meanwhile", async () => {
  const compositor = await ready();
  const target = compositor.frame;
  compositor.setPicture(new Uint8Array(2000 * 1000 * 4), 2000, 1000);
  target.fill(77);
  expect(compositor.frame[0]).toBe(77);
});

test("the newest backdrop comes back after a resize", async () => {
  const compositor = await ready();
  compositor.setColour(255, 255, 255);
  compositor.composite();
  compositor.resize({ ...SHAPE, format: "NV12", width: 641, height: 479, fullRange: true });
  expect(compositor.output.every((byte) => byte === 0 || byte === 128)).toBe(true);
  compositor.composite(0);
  expect(compositor.outputFormat).toBe("NV12");
  expect(compositor.output.length).toBe(641 * 479 + 2 * 321 * 240);
  expect(compositor.output.subarray(0, 641 * 479).every((y) => y === 255)).toBe(true);
});

test("a video's newest frame comes back after a resize, and in another fit", async () => {
  const compositor = await ready();
  const frame = (y: number) => ({ shape: SHAPE, data: new Uint8Array(72).fill(y, 0, 48).fill(128, 48) });
  expect(() => {
    compositor.setVideoFrame(frame(1));
  }).toThrow("no video");
  compositor.setColour(0, 0, 0);
  compositor.composite();
  compositor.setVideo(frame(50));
  compositor.setVideoFrame(frame(60));
  compositor.composite();
  expect(compositor.output[0]).toBe(60);
  compositor.setVideoFrame(frame(70));
  compositor.composite(0.5);
  expect(compositor.output[0]).toBe((16 + 70) / 2);
  compositor.resize({ ...SHAPE, width: 16 });
  compositor.composite();
  expect([...compositor.output.subarray(0, 16)]).toEqual(Array(16).fill(70));
  compositor.setLook({ ...compositor.look, contain: 1 });
  compositor.composite();
  // in the middle the picture, beside it the copy, half as bright
  expect([...compositor.output.subarray(0, 16)]).toEqual([
    ...Array<number>(4).fill(43),
    ...Array<number>(8).fill(70),
    ...Array<number>(4).fill(43),
  ]);
});

test("a frame alone never reaches the output", async () => {
  const compositor = await ready();
  compositor.setColour(0, 0, 0);
  compositor.frame.fill(200);
  compositor.takeFrame();
  compositor.composite();
  compositor.backgroundAlone();
  expect(compositor.output.some((byte) => byte === 200)).toBe(false);
});

test("padded rows are skipped", async () => {
  const compositor = await ready({ ...SHAPE, yStride: 16, cStride: 8 });
  expect(compositor.frame.length).toBe(16 * 6 + 2 * 8 * 3);
  compositor.setNone();
  compositor.frame.fill(9);
  for (let y = 0; y < 6; y++) compositor.frame.fill(100, 16 * y, 16 * y + 8);
  compositor.takeFrame();
  compositor.composite();
  expect([...compositor.output.subarray(0, 48)]).toEqual(Array(48).fill(100));
});

describe("a follower", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

  function next(leader: Compositor): void {
    leader.frame.set(leader.frame.map(() => random() * 255));
    leader.takeFrame();
    leader.takeMatte(leader.modelInput.slice(0, MODEL.width * MODEL.height).map(random));
  }

  test.each(["I420", "NV12", "RGBA"] as const)("paints as its leader does, from %s", async (format) => {
    const shape: FrameShape = { ...SHAPE, format, width: 65, height: 47 };
    const leader = await ready(shape);
    const follower = leader.fork();
    follower.resize(shape);
    for (const dress of [
      (one: Compositor) => {
        one.setColour(20, 40, 60);
      },
      (one: Compositor) => {
        one.setBlur();
      },
    ]) {
      dress(leader);
      dress(follower);
      for (let count = 0; count < 3; count++) next(leader);
      follower.follow(leader);
      leader.composite();
      follower.composite();
      expect(follower.output).toEqual(leader.output);
    }
  });

  test("fits itself to a leader of another model and size", async () => {
    const leader = (await ready()).fork({ width: 20, height: 12, mean: 127.5, scale: 127.5, channels: 6 });
    const follower = (await ready()).fork();
    expect(follower.follows(leader)).toBe(false);
    leader.resize({ ...SHAPE, width: 65, height: 47 });
    follower.setColour(20, 40, 60);
    follower.fitTo(leader);
    expect(follower.follows(leader)).toBe(true);
    leader.shareBackdrop(follower);
    leader.frame.set(leader.frame.map(() => random() * 255));
    leader.takeFrame();
    leader.takeMatte(new Float32Array(20 * 12 * 6).map(() => 4 * random() - 2));
    follower.follow(leader);
    leader.composite();
    follower.composite();
    expect(follower.output).toEqual(leader.output);
    expect(new Set(follower.output).size).toBeGreaterThan(20);
  });

  test("leaves its leader as it is", async () => {
    const [leader, alone] = [await ready(), await ready()];
    const follower = leader.fork();
    follower.resize(SHAPE);
    for (const one of [leader, alone]) one.setColour(20, 40, 60);
    for (let count = 0; count < 4; count++) {
      for (const one of [leader, alone]) {
        seed = 100 + count;
        next(one);
      }
      follower.follow(leader);
      follower.setColour(200, 0, count);
      follower.composite();
      for (const one of [leader, alone]) one.composite();
      expect(leader.output).toEqual(alone.output);
      expect(follower.output).not.toEqual(leader.output);
    }
  });
});

test("misuse is named", async () => {
  const compositor = await Compositor.load(MODEL, wasm);
  expect(() => {
    compositor.composite();
  }).toThrow("resize");
  expect(() => {
    compositor.setPicture(new Uint8Array(3), 1, 1);
  }).toThrow("1x1 is not 3 bytes");
});

describe("the shape of a VideoFrame", () => {
  const frame = (format: string | null, matrix: string | null, fullRange: boolean | null = false) =>
    ({ format, visibleRect: { width: 640, height: 480 }, colorSpace: { matrix, fullRange } }) as VideoFrame;

  test("says matrix and range", () => {
    expect(shapeOf(frame("NV12", "bt709", true))).toMatchObject({
      format: "NV12",
      matrix: "bt709",
      fullRange: true,
    });
    expect(shapeOf(frame("I420", "smpte170m"))).toMatchObject({ matrix: "bt601", fullRange: false });
  });

  test("has Chromium's guess where the frame says nothing", () => {
    expect(shapeOf(frame("I420", null, null))).toMatchObject({ matrix: "bt601", fullRange: false });
  });

  test("of RGB is what encoders expect", () => {
    expect(shapeOf(frame("BGRX", "rgb", true))).toMatchObject({ matrix: "bt709", fullRange: false });
  });

  test("is null for formats that the kernel does not read", () => {
    expect(shapeOf(frame("I444", null))).toBeNull();
    expect(shapeOf(frame(null, null))).toBeNull();
  });

  test("is the same for frames that can follow each other", () => {
    expect(sameShape(SHAPE, { ...SHAPE })).toBe(true);
    expect(sameShape({ ...SHAPE, format: "RGBA" }, { ...SHAPE, format: "RGBX" })).toBe(true);
    expect(sameShape(SHAPE, { ...SHAPE, width: 9 })).toBe(false);
  });
});
