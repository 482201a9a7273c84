import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Inlet } from "../src/picture/inlet";
import { Meter } from "../src/picture/meter";
import { Sink } from "../src/picture/outlet";
import type { FromWorker } from "../src/picture/protocol";

class FakeFrame {
  closed = false;

  close(): void {
    this.closed = true;
  }
}

const asFrame = (frame: FakeFrame) => frame as unknown as VideoFrame;
/** Everything that waits its turn has had it. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("where pictures go", () => {
  let said: FromWorker[];
  const say = (message: FromWorker) => {
    said.push(message);
  };

  beforeEach(() => {
    said = [];
  });

  test("a stream that takes one at a time: others are dropped, and only what was taken counts", async () => {
    const taken: VideoFrame[] = [];
    let takeIt: () => void = vi.fn();
    const stream = new WritableStream<VideoFrame>({
      write: (frame) =>
        new Promise((resolve) => {
          taken.push(frame);
          takeIt = resolve;
        }),
    });
    const sink = new Sink(stream, "frame", say);
    const [first, second] = [new FakeFrame(), new FakeFrame()];
    await settled();
    sink.put(asFrame(first));
    sink.put(asFrame(second));
    await settled();
    expect(taken).toEqual([first]);
    expect(second.closed).toBe(true);
    expect(sink.pictures).toBe(0);
    takeIt();
    await settled();
    expect(sink.pictures).toBe(1);
    expect(said).toEqual([]);
  });

  test("a broken stream closes its frames", async () => {
    const broken = new WritableStream<VideoFrame>({ write: () => Promise.reject(new Error("gone")) });
    const sink = new Sink(broken, "frame", say);
    const frame = new FakeFrame();
    await settled();
    sink.put(asFrame(frame));
    await settled();
    expect(frame.closed).toBe(true);
    expect(sink.pictures).toBe(0);
  });

  test("the page, where there is no stream", () => {
    const sink = new Sink(null, "trial-frame", say);
    const frame = new FakeFrame();
    sink.put(asFrame(frame));
    expect(said).toEqual([{ kind: "trial-frame", frame }]);
    expect(sink.pictures).toBe(1);
  });

  test("a track that the worker makes and gives to the page", async () => {
    const written: VideoFrame[] = [];
    const track = { kind: "video" };
    class FakeGenerator {
      readonly track = track;
      readonly writable = new WritableStream<VideoFrame>({ write: (frame) => void written.push(frame) });
    }
    vi.stubGlobal("VideoTrackGenerator", FakeGenerator);
    const sink = new Sink("track", "frame", say);
    expect(said).toEqual([{ kind: "track", track }]);
    const frame = new FakeFrame();
    await settled();
    sink.put(asFrame(frame));
    await settled();
    expect(written).toEqual([frame]);
  });
});

describe("where frames come from", () => {
  let handled: VideoFrame[];
  let inlet: Inlet;
  let cameras: ReadableStreamDefaultController<VideoFrame>[];

  class FakeProcessor {
    readonly readable = new ReadableStream<VideoFrame>({
      start: (controller) => void cameras.push(controller),
    });
  }

  beforeEach(() => {
    handled = [];
    cameras = [];
    vi.stubGlobal("MediaStreamTrackProcessor", FakeProcessor);
    inlet = new Inlet(new Meter(), (frame) => {
      handled.push(frame);
      return Promise.resolve();
    });
  });

  test("a track that this worker was given, which it stops when another takes its place", async () => {
    const track = { stop: vi.fn() };
    inlet.change(track as unknown as MediaStreamTrack);
    const frame = asFrame(new FakeFrame());
    cameras[0]?.enqueue(frame);
    await settled();
    expect(handled).toEqual([frame]);
    expect(track.stop).not.toHaveBeenCalled();
    inlet.change(null);
    expect(track.stop).toHaveBeenCalledOnce();
  });

  test("a camera that ends, or breaks, ends nothing else", async () => {
    inlet.change(new FakeProcessor().readable);
    cameras[0]?.error(new Error("unplugged"));
    await settled();
    inlet.change(new FakeProcessor().readable);
    const frame = asFrame(new FakeFrame());
    cameras[1]?.enqueue(frame);
    await settled();
    expect(handled).toEqual([frame]);
  });
});
