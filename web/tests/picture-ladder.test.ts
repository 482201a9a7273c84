import { expect, test } from "vitest";

import { growth, ladderOf, stepInWords, TOP } from "../src/picture/ladder";
import { lightModelFor } from "../src/picture/model";
import { shrunk } from "../src/picture/shrinker";

function sizes(width: number, height: number): string[] {
  const camera = { width, height };
  return ladderOf(camera).map(({ shrink, fps }) => {
    const size = shrunk(camera, shrink);
    return `${size.width}x${size.height}${fps === null ? "" : ` ${fps}`}`;
  });
}

test("the size goes first, then the rate", () => {
  const wide = ["1920x1080", "1280x720", "960x540", "640x360", "640x360 20", "640x360 15"];
  expect(sizes(1920, 1080)).toEqual(wide);
  expect(sizes(1080, 1920).slice(0, 4)).toEqual(["1080x1920", "720x1280", "540x960", "360x640"]);
  expect(sizes(1280, 720)).toEqual(["1280x720", "852x480", "640x360", "640x360 20", "640x360 15"]);
  expect(sizes(640, 480)).toEqual(["640x480", "640x480 20", "640x480 15"]);
});

test("what a step costs is foretold by pixels and frames; the model costs the same at any size", () => {
  const half = { shrink: 2, fps: null } as const;
  expect(growth(half, TOP, 0, 30)).toBeCloseTo(4);
  expect(growth(half, TOP, 1, 30)).toBeCloseTo(1);
  expect(growth(TOP, half, 0.5, 30)).toBeCloseTo(0.625);
  expect(growth({ shrink: 2, fps: 15 }, half, 0.5, 30)).toBeCloseTo(2);
});

test("steps are told in plain words", () => {
  const camera = { width: 1920, height: 1080 };
  const [top, hd, , small, slow, slowest] = ladderOf(camera);
  if (!top || !hd || !small || !slow || !slowest) throw new Error("too few rungs");
  expect(stepInWords(top, hd, camera)).toBe(
    "Your computer is busy: the picture is now 1280 by 720 so that it stays smooth.",
  );
  expect(stepInWords(hd, top, camera)).toBe("There is room again: the picture is now 1920 by 1080.");
  expect(stepInWords(small, slow, camera)).toContain("busy: the picture now has 20 frames a second");
  expect(stepInWords(slowest, slow, camera)).toContain("room again: the picture has 20 frames");
  expect(stepInWords(slow, small, camera)).toContain("room again: the picture has every frame");
});

test("the light model fits the picture's shape", () => {
  expect(lightModelFor(1920, 1080)).toBe("landscape");
  expect(lightModelFor(640, 480)).toBe("landscape");
  expect(lightModelFor(480, 480)).toBe("square");
  expect(lightModelFor(1080, 1920)).toBe("square");
});
