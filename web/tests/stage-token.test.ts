import { describe, expect, it } from "vitest";

import { openStage } from "../src/stage/open";
import { readToken } from "../src/stage/token";
import { UnusableToken, type Strategy } from "../src/stage/types";

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

  it("opens our own stage", () => {
    expect(openStage(` ${token({ ...ours, exp: later })}\n`, nobody).state).toBe("disconnected");
  });

  it.each([
    ["Amazon IVS", { exp: later, resource: "arn:aws:ivs:us-west-2:123456789012:stage/abc", jti: "x" }],
    ["LiveKit", { exp: later, iss: "devkey", sub: "x", video: { room: "r", roomJoin: true } }],
    ["which stage", { exp: later, sub: "x" }],
  ])("says what is wrong with a token of another kind: %s", (words, payload) => {
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
