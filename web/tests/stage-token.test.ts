import { describe, expect, it } from "vitest";

import { openStage } from "../src/stage/open";
import { isIvsPlace, isMisplaced, ivsPlace } from "../src/stage/place";
import { publishComplaint, readToken } from "../src/stage/token";
import { UnusableToken, type Strategy } from "../src/stage/types";
import { keepToken, takeToken } from "../src/studio/moving";

const NOW = 1_800_000_000;
const nobody: Strategy = {
  shouldPublish: () => false,
  streamsToPublish: () => [],
  shouldSubscribe: () => false,
};

function token(payload: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  const part = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return `eyJhbGciOiJFUzM4NCJ9.${part}.c2lnbmF0dXJl`;
}

const ours = {
  exp: NOW + 60,
  jti: "abc",
  resource: "cyclorama:stage/default",
  user_id: "Zoë ✓",
  capabilities: { allow_publish: true, allow_subscribe: true },
};

const ARN = "arn:aws:ivs:us-west-2:123456789012:stage/abc";

describe("readToken", () => {
  it("reads the claims of our own token", () => {
    expect(readToken(token(ours), NOW)).toEqual({
      id: "abc",
      userId: "Zoë ✓",
      resource: "cyclorama:stage/default",
      mayPublish: true,
      maySubscribe: true,
      liveKit: false,
    });
  });

  it("takes missing capabilities for none", () => {
    const claims = readToken(token({ ...ours, capabilities: undefined }), NOW);
    expect([claims.mayPublish, claims.maySubscribe]).toEqual([false, false]);
  });

  it("reads a LiveKit token: what its grants do not forbid is allowed", () => {
    const grant = (video: object) =>
      readToken(token({ exp: NOW + 60, iss: "devkey", sub: "ann", video }), NOW);
    const join = { roomJoin: true, room: "r" };
    expect(grant(join)).toEqual({
      id: "ann",
      userId: "",
      resource: "",
      mayPublish: true,
      maySubscribe: true,
      liveKit: true,
    });
    expect(grant({ ...join, canPublish: false })).toMatchObject({ mayPublish: false, maySubscribe: true });
    expect(grant({ ...join, canSubscribe: false })).toMatchObject({ mayPublish: true, maySubscribe: false });
    expect(() => grant({ roomList: true })).toThrow(/does not let anybody join/);
  });

  it.each(["", "abc", "a.b", "a.b.c", "a.b.c.d", `${token(ours)}.x`, token([]), token("text"), token(null)])(
    "refuses %j",
    (text) => {
      expect(() => readToken(text, NOW)).toThrow(UnusableToken);
    },
  );

  it("refuses an expired token, but not for a clock that is a little off", () => {
    expect(() => readToken(token({ ...ours, exp: NOW - 3600 }), NOW)).toThrow(/expired/);
    expect(readToken(token({ ...ours, exp: NOW - 5 }), NOW).id).toBe("abc");
  });
});

describe("openStage", () => {
  const later = Date.now() / 1000 + 3600;

  it.each([
    ["ours", { ...ours, exp: later }],
    ["Amazon's", { ...ours, exp: later, resource: ARN }],
    ["LiveKit's", { exp: later, iss: "devkey", sub: "x", video: { room: "r", roomJoin: true } }],
  ])("opens a stage by the token's claims: %s", (_, payload) => {
    expect(openStage(` ${token(payload)}\n`, nobody).state).toBe("disconnected");
  });

  it.each([
    ["which stage", { exp: later, sub: "x" }],
    ["expired", { ...ours, exp: 1 }],
    ["does not let anybody join", { exp: later, sub: "x", video: {} }],
  ])("says what is wrong with a token that is for none: %s", (words, payload) => {
    expect(() => openStage(token(payload), nobody)).toThrow(UnusableToken);
    expect(() => openStage(token(payload), nobody)).toThrow(words);
  });

  it("never quotes the token", () => {
    const secret = token({ exp: later, sub: "x" });
    try {
      openStage(secret, nobody);
    } catch (error) {
      expect(String(error)).not.toContain(secret.slice(0, 20));
    }
  });
});

describe("the place of a token", () => {
  const exp = Date.now() / 1000 + 3600;
  const ivs = token({ ...ours, exp, resource: ARN });
  const at = (address: string): URL => new URL(address, "http://localhost");

  it.each(["/", "/watch", "/?stage=local", "/watch?x=ivs"])("is not %s for Amazon IVS", (address) => {
    expect(isIvsPlace(at(address))).toBe(false);
    expect(isMisplaced(ivs, at(address))).toBe(true);
  });

  it("is any page for other stages, and for what is no token", () => {
    for (const other of [
      token({ ...ours, exp }),
      token({ exp, sub: "x", video: { roomJoin: true } }),
      "",
      "x",
    ])
      expect(isMisplaced(other, at("/watch"))).toBe(false);
  });

  it("is the same page at ?stage=ivs, with the token still in the fragment", () => {
    const place = ivsPlace(at(`/watch?x=1#${ivs}`));
    expect(place).toBe(`/watch?stage=ivs#${ivs}`);
    expect(at(place).search).not.toContain(ivs);
    expect(isMisplaced(ivs, at(place))).toBe(false);
  });

  it("is reached with a token that waits in the tab, once", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    keepToken(ivs, storage);
    expect(takeToken(storage)).toBe(ivs);
    expect(takeToken(storage)).toBe("");
  });
});

describe("publishComplaint", () => {
  const exp = Date.now() / 1000 + 3600;
  it("lets a token pass that may publish, whoever's it is", () => {
    expect(publishComplaint(token({ ...ours, exp }))).toBe("");
    expect(publishComplaint(token({ exp, sub: "x", video: { roomJoin: true } }))).toBe("");
  });

  it("says so of one that may only watch, or that is none", () => {
    const watching = { ...ours, exp, capabilities: { allow_publish: false, allow_subscribe: true } };
    expect(publishComplaint(token(watching))).toMatch(/only watch/);
    expect(publishComplaint("abc")).toMatch(/not a participant token/);
  });
});
