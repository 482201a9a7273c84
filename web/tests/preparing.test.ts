import { beforeEach, expect, test } from "vitest";

import type { LiveBackdrop, MovingPicture } from "../src/picture/moving";
import { type PlayVideo, Preparing } from "../src/picture/preparing";
import type { Backdrop } from "../src/picture/types";

const RED: Backdrop = { kind: "colour", rgb: [255, 0, 0] };

class FakeVideo implements MovingPicture {
  closed = false;
  ready: Promise<void>;
  open!: () => void;
  fail!: (why: Error) => void;
  trouble: (why: string) => void;

  constructor(trouble: (why: string) => void) {
    this.trouble = trouble;
    this.ready = new Promise((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
  }

  at(): null {
    return null;
  }

  close(): void {
    this.closed = true;
  }
}

let videos: FakeVideo[];
let placed: LiveBackdrop[];
let said: unknown[];
let preparing: Preparing;

beforeEach(() => {
  videos = [];
  placed = [];
  said = [];
  const play: PlayVideo = (_, trouble) => {
    const video = new FakeVideo(trouble);
    videos.push(video);
    return video;
  };
  preparing = new Preparing(
    (backdrop) => placed.push(backdrop),
    (about, wish) => said.push({ ...about, wish }),
    play,
  );
});

function choose(wish: number): FakeVideo {
  preparing.set({ kind: "video", blob: new Blob([]) }, wish);
  const video = videos.at(-1);
  if (!video) throw new Error("nothing was played");
  return video;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a video takes its place once its first frame is there, anything else at once", async () => {
  preparing.set(RED, 1);
  expect(placed).toEqual([RED]);
  const video = choose(2);
  await settled();
  expect(placed).toEqual([RED]);
  video.open();
  await settled();
  expect(placed).toEqual([RED, { kind: "video", frames: video }]);
  preparing.set(RED, 3);
  // whoever has it closes it, when it is not seen any more
  expect(video.closed).toBe(false);
});

test("only the newest wish counts, and what it replaces is closed", async () => {
  const [first, second] = [choose(1), choose(2)];
  expect(first.closed).toBe(true);
  first.open();
  second.open();
  await settled();
  expect(placed).toEqual([{ kind: "video", frames: second }]);
  const third = choose(3);
  preparing.cancel();
  third.fail(new Error("too late"));
  await settled();
  expect(third.closed).toBe(true);
  expect([placed.length, said]).toEqual([1, []]);
});

test("what fails is told in words, with the wish that it was", async () => {
  const video = choose(7);
  video.fail(new Error("this browser cannot decode AV1"));
  await settled();
  expect(video.closed).toBe(true);
  expect(said).toEqual([
    { message: "This video cannot be played here: this browser cannot decode AV1.", lost: true, wish: 7 },
  ]);
  const other = choose(8);
  other.open();
  await settled();
  other.trouble("a bad packet");
  expect(said.at(-1)).toEqual({
    message: "The background video stands still: a bad packet. It is tried again by itself.",
    lost: false,
    wish: 8,
  });
  preparing.set(RED, 9);
  other.trouble("a bad packet");
  expect(said.length).toBe(2);
});
