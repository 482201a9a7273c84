import { afterEach, describe, expect, it, vi } from "vitest";

import { isMisplaced } from "../src/stage/place";
import { redeem } from "../src/stage/ticket";

const ARN = "arn:aws:ivs:eu-central-1:123456789012:stage/AbCdEf";

function token(resource: string): string {
  const body = btoa(JSON.stringify({ exp: Date.now() / 1000 + 60, jti: "a", resource, capabilities: {} }));
  return `header.${body}.signature`;
}

const ticket = token(`cyclorama:audience/${ARN}`);

function answering(response: Response | Error) {
  const asked = vi.fn(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  );
  vi.stubGlobal("fetch", asked);
  return asked;
}

describe("what a viewer link carries", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is the token itself where viewers share one", async () => {
    const asked = answering(new Error("nobody is asked"));
    const shared = token("cyclorama:stage/default");
    expect(await redeem(shared)).toBe(shared);
    expect(asked).not.toHaveBeenCalled();
  });

  it("is turned into a token of one's own where it is a ticket", async () => {
    const asked = answering(Response.json({ token: "mine" }));
    expect(await redeem(ticket)).toBe("mine");
    expect(asked).toHaveBeenCalledWith("/viewers", {
      method: "POST",
      headers: { Authorization: `Bearer ${ticket}` },
    });
  });

  it("says what the server says of a ticket that is no good", async () => {
    answering(Response.json({ detail: "This link has expired." }, { status: 401 }));
    await expect(redeem(ticket)).rejects.toThrow("This link has expired.");
    answering(Response.json({ message: "Forbidden" }, { status: 403 }));
    await expect(redeem(ticket)).rejects.toThrow("not allowed to you");
    answering(new TypeError("offline"));
    await expect(redeem(ticket)).rejects.toThrow("does not answer");
    await expect(redeem("rubbish")).rejects.toThrow("not a participant token");
  });

  it("is asked for again where what stands before the server takes no more at once", async () => {
    vi.useFakeTimers();
    const busy = () => Response.json({ message: "Too Many Requests" }, { status: 429 });
    const asked = vi.fn(() => Promise.resolve(busy()));
    vi.stubGlobal("fetch", asked);
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("removeEventListener", () => undefined);
    const redeemed = redeem(ticket);
    await vi.advanceTimersByTimeAsync(600);
    asked.mockImplementation(() => Promise.resolve(Response.json({ token: "mine" })));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await redeemed).toBe("mine");

    asked.mockReset().mockImplementation(() => Promise.resolve(busy()));
    const refused = expect(redeem(ticket)).rejects.toThrow("Wait some seconds");
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
    expect(asked).toHaveBeenCalledTimes(5);
    vi.useRealTimers();
  });

  it("leads to where Amazon's SDK may be loaded, also when it is a ticket", () => {
    expect(isMisplaced(ticket, { search: "" })).toBe(true);
    expect(isMisplaced(ticket, { search: "?stage=ivs" })).toBe(false);
    expect(isMisplaced(token("cyclorama:audience/room"), { search: "" })).toBe(false);
  });
});
