import { expect, test } from "vitest";

import { Pulse } from "../src/picture/pulse";

/** How many of a camera's frames are kept in so many seconds. */
function kept(pulse: Pulse, cameraFps: number, seconds: number, jitter = 0): number {
  let count = 0;
  for (let i = 0; i < cameraFps * seconds; i++) {
    const timestamp = (i * 1e6) / cameraFps + (i % 2 ? jitter : 0);
    count += pulse.frame(Math.round(timestamp)).keep ? 1 : 0;
  }
  return count;
}

test("learns how often the camera gives a frame", () => {
  const pulse = new Pulse();
  expect(pulse.interval).toBeCloseTo(33.3, 0);
  expect(kept(pulse, 15, 4)).toBe(60);
  expect(pulse.interval).toBeCloseTo(66.7, 0);
});

test("keeps as many frames as are wanted, evenly", () => {
  const pulse = new Pulse();
  pulse.fps = 20;
  expect(kept(pulse, 30, 10, 4000)).toBeCloseTo(200, -1);
  expect(pulse.interval).toBe(50);
  pulse.fps = 15;
  expect(kept(pulse, 30, 10)).toBeCloseTo(150, -1);
  const slow = new Pulse();
  slow.fps = 20;
  expect(kept(slow, 15, 4)).toBe(60);
});

test("knows of frames that did not come", () => {
  const pulse = new Pulse();
  kept(pulse, 30, 2);
  expect(pulse.frame(2_100_000).missed).toBe(3);
  expect(pulse.frame(2_133_333).missed).toBe(0);
  // a pause, or another clock
  expect(pulse.frame(9_000_000).missed).toBe(0);
  expect(pulse.frame(1_000).missed).toBe(0);
});
