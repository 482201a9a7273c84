import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoff, pause } from "../src/stage/backoff";
import { Keeper, Refusal, Unsupported, type Holding } from "../src/stage/keeper";

class FakeHolding implements Holding {
  closed = false;
  lose: (why: string) => void = () => undefined;
  readonly lost = new Promise<string>((resolve) => (this.lose = resolve));
  close(): void {
    this.closed = true;
    this.lose("closed");
  }
}

describe("backoff", () => {
  it("doubles from half a second to five", () => {
    expect([1, 2, 3, 4, 5, 100].map((failures) => backoff(failures, () => 1))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
  });

  it("spreads by up to a half", () => {
    expect(backoff(1, () => 0)).toBe(250);
  });
});

describe("pause", () => {
  it("ends early when the network comes back", async () => {
    const network = new EventTarget();
    const paused = pause(60_000, new AbortController().signal, network);
    network.dispatchEvent(new Event("online"));
    await expect(paused).resolves.toBeUndefined();
  });
});

describe("Keeper", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("removeEventListener", () => undefined);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("opens again what was lost", async () => {
    const opened: FakeHolding[] = [];
    const whys: string[] = [];
    const keeper = new Keeper(
      () => {
        const holding = new FakeHolding();
        opened.push(holding);
        return Promise.resolve(holding);
      },
      (holding, why) => whys.push(holding ? "open" : why),
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(6000);
    opened[0]?.lose("gone");
    await vi.advanceTimersByTimeAsync(0);
    expect(whys).toEqual(["open", "gone", "open"]);
    expect(opened[0]?.closed).toBe(true);
    keeper.stop();
    expect(opened[1]?.closed).toBe(true);
  });

  it("tries for ever, less and less often", async () => {
    let tries = 0;
    const keeper = new Keeper<FakeHolding>(
      () => {
        tries += 1;
        return Promise.reject(new Error("no answer"));
      },
      () => undefined,
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBeGreaterThan(12);
    expect(tries).toBeLessThan(30);
    keeper.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    const after = tries;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(after);
  });

  it("asks rarely for what this browser cannot play", async () => {
    const open = vi.fn(() => Promise.reject<FakeHolding>(new Unsupported("no such codec")));
    const changed = vi.fn();
    const keeper = new Keeper(open, changed, () => undefined);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(open).toHaveBeenCalledOnce();
    expect(changed).toHaveBeenCalledWith(null, "no such codec");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(open).toHaveBeenCalledTimes(2);
    keeper.stop();
  });

  it("does not come back when it is refused", async () => {
    const open = vi.fn(() => Promise.reject<FakeHolding>(new Refusal("expired")));
    const refused = vi.fn();
    new Keeper(open, () => undefined, refused);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toHaveBeenCalledOnce();
    expect(refused).toHaveBeenCalledWith("expired");
  });

  it("closes what opens after it was stopped", async () => {
    const holding = new FakeHolding();
    let opened: (holding: FakeHolding) => void = () => undefined;
    const changed = vi.fn();
    const keeper = new Keeper(
      () => new Promise<FakeHolding>((resolve) => (opened = resolve)),
      changed,
      () => undefined,
    );
    keeper.stop();
    opened(holding);
    await vi.advanceTimersByTimeAsync(0);
    expect(holding.closed).toBe(true);
    expect(changed).not.toHaveBeenCalled();
  });
});
