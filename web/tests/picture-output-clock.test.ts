import { expect, test } from "vitest";

import { OutputClock } from "../src/picture/output-clock";

test("frames keep their camera's spacing", () => {
  const clock = new OutputClock();
  const first = clock.stamp(5_000_000, 100);
  expect(clock.stamp(5_033_333, 140) - first).toBe(33_333);
  expect(clock.stamp(5_066_666, 161) - first).toBe(66_666);
});

test("time rises past pictures without a camera and another camera's clock", () => {
  const clock = new OutputClock();
  const stamps = [
    clock.stamp(null, 10),
    clock.stamp(9_000_000, 20),
    clock.stamp(9_030_000, 50),
    clock.stamp(null, 400),
    clock.stamp(17, 500),
    clock.stamp(33_350, 533),
    clock.stamp(33_350, 533),
  ];
  expect(stamps).toEqual([10_000, 20_000, 50_000, 400_000, 500_000, 533_333, 533_334]);
});
