import { beforeEach, expect, test } from "vitest";

import { Governor } from "../src/picture/governor";

const INTERVAL = 33;

let governor: Governor;
let now: number;
let steps: string[];

/** Frames that take so long, for so many seconds; steps are taken at once. */
function run(seconds: number, busy: number | ((count: number) => number), late = 0, growth = Infinity): void {
  const end = now + seconds * 1000;
  for (let count = 0; now < end; count++, now += INTERVAL) {
    governor.frame(now, INTERVAL, typeof busy === "number" ? busy : busy(count), count % 8 === 0 ? late : 0);
    const verdict = governor.judge(now, growth);
    if (!verdict) continue;
    steps.push(verdict);
    governor.stepped(verdict, now);
  }
}

beforeEach(() => {
  governor = new Governor();
  now = 1000;
  steps = [];
});

test("at the start a machine that is too slow is known within two seconds", () => {
  run(2.2, 40);
  expect(steps).toEqual(["down"]);
});

test("what comes only once at the start does not count", () => {
  run(0.9, 60);
  run(3, 5);
  expect(steps).toEqual([]);
});

test("steps down before frames are late, once half of the last two seconds were slow", () => {
  run(12, 10);
  run(0.9, 28);
  expect(steps).toEqual([]);
  run(0.3, 28);
  expect(steps).toEqual(["down"]);
});

test("a frame that takes long now and then is no reason", () => {
  run(12, 8);
  run(10, (count) => (count % 12 === 0 ? 60 : 8));
  expect(steps).toEqual([]);
  // one in eight is, where the others take their time too
  run(5, (count) => (count % 8 === 0 ? 60 : 8));
  expect(steps).toEqual([]);
  run(2.5, (count) => (count % 8 === 0 ? 60 : 16));
  expect(steps).toEqual(["down"]);
});

test("late frames count where this machine is the reason", () => {
  run(12, 5, 1);
  expect(steps).toEqual([]);
  run(2.5, 16, 1);
  expect(steps).toEqual(["down"]);
});

test("steps up only where it will not have to be taken back", () => {
  run(20, 10, 0, 2.25);
  expect(steps).toEqual([]);
  run(12, 5, 0, 2.25);
  expect(steps).toEqual(["up", "up"]);
});

test("never swings: every mistake makes it wait twice as long", () => {
  let high = false;
  const ups: number[] = [];
  for (const end = now + 200_000; now < end; now += INTERVAL) {
    governor.frame(now, INTERVAL, high ? 30 : 8, 0);
    const verdict = governor.judge(now, high ? Infinity : 1.5);
    if (!verdict) continue;
    if (verdict === "up") ups.push(now);
    high = verdict === "up";
    governor.stepped(verdict, now);
  }
  expect(ups.length).toBeLessThanOrEqual(6);
  const waits = ups.slice(1).map((up, at) => up - (ups[at] ?? 0));
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});

test("pauses and hidden pages do not count", () => {
  run(12, 10);
  run(0.9, 30);
  now += 4000;
  run(0.9, 30);
  governor.begin(now);
  run(0.9, 30);
  expect(steps).toEqual([]);
});
