import { describe, expect, it } from "vitest";

import { layout, layoutAround, type Box, type Layout } from "../src/watch/layout";

const WIDE = 16 / 9;
const TALL = 9 / 16;
const WINDOWS = [
  { width: 390, height: 760, gap: 6 },
  { width: 844, height: 390, gap: 6 },
  { width: 1440, height: 820, gap: 8 },
  { width: 1024, height: 1366, gap: 8 },
  { width: 3440, height: 1300, gap: 8 },
];
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

function overlap(a: Box, b: Box): boolean {
  const apart = (from: number, size: number, other: number, its: number) =>
    from + size <= other + 0.01 || other + its <= from + 0.01;
  return !apart(a.left, a.width, b.left, b.width) && !apart(a.top, a.height, b.top, b.height);
}

function expectSound({ tiles }: Layout, aspects: number[], { width, height }: (typeof WINDOWS)[number]) {
  expect(tiles).toHaveLength(aspects.length);
  for (const [at, box] of tiles.entries()) {
    expect(box.width / box.height).toBeCloseTo(aspects[at] ?? Number.NaN, 3);
    expect(box.left).toBeGreaterThanOrEqual(-0.01);
    expect(box.top).toBeGreaterThanOrEqual(-0.01);
    expect(box.left + box.width).toBeLessThanOrEqual(width + 0.01);
    expect(box.top + box.height).toBeLessThanOrEqual(height + 0.01);
    for (const other of tiles.slice(at + 1)) expect(overlap(box, other)).toBe(false);
  }
}

function mixed(count: number): number[] {
  return Array.from({ length: count }, (_, at) => [WIDE, TALL, 4 / 3][at % 3] ?? 1);
}

describe.each(WINDOWS)("in $width x $height", (window) => {
  it.each(COUNTS)(
    "%d pictures of one shape are about as large as any number of columns lets them be",
    (count) => {
      const aspects = Array.from({ length: count }, () => WIDE);
      const found = layout(aspects, window);
      expectSound(found, aspects, window);
      const [first] = found.tiles;
      for (const { width } of found.tiles) expect(width).toBeCloseTo(first?.width ?? 0, 3);
      for (let columns = 1; columns <= count; columns++) {
        const rows = Math.ceil(count / columns);
        const across = (window.width - window.gap * (columns - 1)) / columns;
        const down = ((window.height - window.gap * (rows - 1)) / rows) * WIDE;
        expect(first?.width).toBeGreaterThanOrEqual(Math.min(across, down) * 0.94);
      }
    },
  );

  it.each(COUNTS)("%d pictures of several shapes keep these, and fit", (count) => {
    expectSound(layout(mixed(count), window), mixed(count), window);
  });

  it.each(COUNTS)("one of %d can be large, whoever it is", (count) => {
    for (let large = 0; large < count; large++) {
      const found = layoutAround(large, mixed(count), window);
      expectSound(found, mixed(count), window);
      const area = ({ width, height }: Box) => width * height;
      const sizes = found.tiles.map(area);
      expect(Math.max(...sizes)).toBe(sizes[large]);
    }
  });
});

describe("rows", () => {
  const window = { width: 1440, height: 820, gap: 8 };
  const wide = (count: number) => Array.from({ length: count }, () => WIDE);

  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [5, 3, 2],
    [7, 3, 3],
    [9, 3, 3],
    [12, 4, 3],
  ])("%d pictures on a laptop stand in %d columns and %d rows", (count, columns, rows) => {
    expect(layout(wide(count), window)).toMatchObject({ columns, rows });
  });

  it("are read from the left and from the top, and are centred", () => {
    const { tiles } = layout(wide(5), window);
    const reading = tiles.toSorted((a, b) => a.top - b.top || a.left - b.left);
    expect(tiles).toEqual(reading);
    const [first, last] = [tiles[3], tiles[4]];
    expect(first?.left).toBeCloseTo(window.width - (last?.left ?? 0) - (last?.width ?? 0), 3);
  });

  it("give a phone's picture as much room as a camera's, where they stand one below the other", () => {
    const [camera, phone] = layout([WIDE, TALL], { width: 390, height: 760, gap: 6 }).tiles;
    const area = (box?: Box) => (box ? box.width * box.height : 0);
    expect(area(phone)).toBeCloseTo(area(camera), 1);
    expect(camera?.width).toBeCloseTo(390, 3);
  });
});

it("shows what is wider or narrower than any screen with bars", () => {
  const [strip] = layout([10], { width: 800, height: 600, gap: 0 }).tiles;
  expect(strip?.width).toBeCloseTo(800, 3);
  expect(strip?.height).toBeCloseTo((800 * 9) / 21, 3);
});

it("makes do with no room and with nobody", () => {
  expect(layout([WIDE], { width: 0, height: 0, gap: 8 }).tiles).toEqual([
    { left: 0, top: 0, width: 0, height: 0 },
  ]);
  expect(layout([], { width: 100, height: 100, gap: 8 }).tiles).toEqual([]);
});
