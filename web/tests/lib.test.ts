import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { arrive, bringsSecret, forgetInvitation } from "../src/lib/key";
import { isBoolean, isNumber, oneOf, recall, remember } from "../src/lib/prefs";
import { commandFor, SHORTCUTS } from "../src/lib/shortcuts";
import { clock, count, duration, megabytes } from "../src/lib/words";

function storage(values: Record<string, string> = {}): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  return {
    getItem: (key) => values[key] ?? null,
    setItem: (key, value) => {
      values[key] = value;
    },
    removeItem: (key) => {
      values = Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
    },
  };
}

describe("preferences", () => {
  beforeEach(() => {
    vi.stubGlobal("localStorage", storage({ "cyclorama.broken": "{", "cyclorama.old": '"sideways"' }));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("come back as they were put", () => {
    remember("mirror", false);
    expect(recall("mirror", true, isBoolean)).toBe(false);
  });

  it("fall back when there is none, or one that is no good", () => {
    expect(recall("none", 3, isNumber)).toBe(3);
    expect(recall("broken", 3, isNumber)).toBe(3);
    expect(recall("old", "dark", oneOf("dark", "light"))).toBe("dark");
  });

  it("do without storage", () => {
    vi.stubGlobal("localStorage", undefined);
    expect(() => {
      remember("mirror", true);
    }).not.toThrow();
    expect(recall("mirror", true, isBoolean)).toBe(true);
  });
});

describe("who opens the studio", () => {
  const at = (hash: string) => ({ hash, pathname: "/", search: "?x=1" });
  const host = (key: string | null) => ({ guest: false, key });
  const guest = (token: string) => ({ guest: true, token });

  it.each([
    ["#key=a%2Bb", host("a+b")],
    ["#join=a.b.c", guest("a.b.c")],
  ])("comes by %s, which moves from the address bar to the tab's storage", (hash, who) => {
    const kept = storage();
    const replaceState = vi.fn();
    expect(arrive(at(hash), { replaceState }, kept)).toEqual(who);
    expect(replaceState).toHaveBeenCalledWith(null, "", "/?x=1");
    expect(arrive(at(""), { replaceState }, kept)).toEqual(who);
    expect(replaceState).toHaveBeenCalledOnce();
  });

  it("is a host without a key where there is neither", () => {
    expect(arrive(at("#other"), { replaceState: vi.fn() }, storage())).toEqual(host(null));
  });

  it("is a guest by the last invitation, and a host again by the key's link", () => {
    const kept = storage({ "cyclorama.key": "k" });
    const come = (hash: string) => arrive(at(hash), { replaceState: vi.fn() }, kept);
    expect(come("#join=a.b.c")).toEqual(guest("a.b.c"));
    expect(come("#join=d.e.f")).toEqual(guest("d.e.f"));
    expect(come("#key=n")).toEqual(host("n"));
    expect(come("")).toEqual(host("n"));
  });

  it("is a host again once the invitation is forgotten", () => {
    const kept = storage({ "cyclorama.invitation": "a.b.c" });
    forgetInvitation(kept);
    expect(arrive(at(""), { replaceState: vi.fn() }, kept)).toEqual(host(null));
  });

  it("has to begin again with a secret that comes into an open tab", () => {
    expect(["#key=x", "#join=x", "#join=", "#other", ""].map(bringsSecret)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("shortcuts", () => {
  const press = (key: string, more: object = {}) =>
    commandFor({
      key,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      repeat: false,
      defaultPrevented: false,
      isComposing: false,
      target: null,
      ...more,
    });
  const on = (tagName: string, type?: string) => ({ target: { tagName, type } as unknown as EventTarget });

  it("are each another key", () => {
    expect(new Set(SHORTCUTS.map(({ keys }) => keys)).size).toBe(SHORTCUTS.length);
    expect(new Set(SHORTCUTS.map(({ command }) => command)).size).toBe(SHORTCUTS.length);
  });

  it("are found in either case", () => {
    expect(press("b")).toBe("describe");
    expect(press("B")).toBe("describe");
    expect(press("?")).toBe("help");
    expect(press("q")).toBeNull();
  });

  it("leave the browser's own alone", () => {
    for (const held of ["ctrlKey", "metaKey", "altKey", "repeat", "isComposing", "defaultPrevented"])
      expect(press("l", { [held]: true })).toBeNull();
  });

  it("rest while somebody types or picks", () => {
    expect(press("m", on("TEXTAREA"))).toBeNull();
    expect(press("m", on("INPUT", "text"))).toBeNull();
    expect(press("m", on("SELECT"))).toBeNull();
    expect(press("m", { target: { tagName: "P", isContentEditable: true } })).toBeNull();
    expect(press("m", on("BUTTON"))).toBe("microphone");
    expect(press("m", on("INPUT", "checkbox"))).toBe("microphone");
  });
});

describe("figures in words", () => {
  it.each([
    [0, "0:00"],
    [65.9, "1:05"],
    [3725, "1:02:05"],
    [-1, "0:00"],
  ])("%d seconds on the clock are %s", (seconds, words) => {
    expect(clock(seconds)).toBe(words);
  });

  it.each([
    [0.01, "0.1 s"],
    [0.42, "0.4 s"],
    [9.97, "10 s"],
    [95.2, "1 min 35 s"],
    [119.8, "2 min 0 s"],
  ])("%d seconds take %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it("count", () => {
    expect(count(1, "viewer", "viewers")).toBe("1 viewer");
    expect(count(0, "viewer", "viewers")).toBe("0 viewers");
    expect(megabytes(1_500_000)).toBe("1.5 MB");
    expect(megabytes(20_000_000)).toBe("20 MB");
  });
});
