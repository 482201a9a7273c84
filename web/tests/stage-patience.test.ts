import { describe, expect, it } from "vitest";

import { Patience } from "../src/stage/patience";

describe("patience", () => {
  it("grows with every freeze, up to a second", () => {
    const patience = new Patience();
    expect(patience.look(0, 0)).toBe(false);
    expect(patience.target).toBe(0);
    expect(patience.look(1, 500)).toBe(true);
    expect(patience.target).toBe(150);
    expect(patience.look(1, 1000)).toBe(false);
    for (let freezes = 2; freezes < 20; freezes += 1) patience.look(freezes, 1000 + 500 * freezes);
    expect(patience.target).toBe(1000);
  });

  it("goes away again, step by step, while nothing freezes", () => {
    const patience = new Patience();
    patience.look(1, 0);
    patience.look(2, 500);
    expect(patience.target).toBe(300);
    expect(patience.look(2, 30_000)).toBe(false);
    expect(patience.look(2, 30_500)).toBe(true);
    expect(patience.look(2, 60_000)).toBe(false);
    expect(patience.look(2, 60_500)).toBe(true);
    expect(patience.target).toBe(0);
    expect(patience.look(2, 200_000)).toBe(false);
  });
});
