import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Refusal } from "../src/stage/keeper";
import { readState, RosterLink, subscriptions } from "../src/stage/roster";
import type { Participant } from "../src/stage/types";

const unmuted = { audio: false, video: false };

function participant(id: string, more: Partial<Participant> = {}): Participant {
  return { id, userId: id, attributes: {}, isLocal: false, publishing: true, muted: unmuted, ...more };
}

describe("readState", () => {
  it("reads who is there and which of them we are", () => {
    const wire = {
      user_id: "ann",
      attributes: { hat: "red" },
      publishing: true,
      muted: { audio: true, video: false },
    };
    const message = {
      type: "state",
      you: "a",
      viewers: 3,
      participants: [
        { id: "a", ...wire },
        { id: "b", ...wire },
      ],
    };
    const mapped = {
      userId: "ann",
      attributes: { hat: "red" },
      publishing: true,
      muted: { audio: true, video: false },
    };
    expect(readState(JSON.stringify(message))).toEqual({
      viewers: 3,
      recording: false,
      participants: [
        { id: "a", isLocal: true, ...mapped },
        { id: "b", isLocal: false, ...mapped },
      ],
    });
  });

  it.each(["", "{", "null", "[]", '{"type":"other"}', '{"type":"state"}', new ArrayBuffer(2)])(
    "ignores %j",
    (data) => {
      expect(readState(data)).toBeNull();
    },
  );
});

describe("subscriptions", () => {
  const all = (): boolean => true;

  it("begins with those who publish, except for ourselves", () => {
    const there = [
      participant("a"),
      participant("b", { publishing: false }),
      participant("me", { isLocal: true }),
    ];
    expect(subscriptions([], there, all).begin.map(({ id }) => id)).toEqual(["a"]);
  });

  it("leaves alone what goes on, and ends what stopped, left, or is wanted no more", () => {
    const there = [participant("a"), participant("stopped", { publishing: false }), participant("unwanted")];
    const { begin, end } = subscriptions(
      ["a", "stopped", "left", "unwanted"],
      there,
      ({ id }) => id !== "unwanted",
    );
    expect(begin).toEqual([]);
    expect(end).toEqual(["stopped", "left", "unwanted"]);
  });
});

class FakeWebSocket extends EventTarget {
  static readonly OPEN = 1;
  static last: FakeWebSocket;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    super();
    FakeWebSocket.last = this;
  }

  close(code = 1000): void {
    this.onclose?.();
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

describe("RosterLink", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeWebSocket);
    vi.stubGlobal("location", { href: "http://localhost/" });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const open = (refused: (why: string) => void): Promise<RosterLink> =>
    RosterLink.open("token", () => undefined, refused, new AbortController().signal);

  it.each([
    [4401, /not good any more/],
    [4403, /^The host has removed you from this stage\.$/],
    [4409, /another window/],
    [4410, /^This stage is over\.$/],
  ])("is refused for good by close code %i, before and after it opened", async (code, words) => {
    const refused = vi.fn();
    const opening = open(refused);
    FakeWebSocket.last.close(code);
    await expect(opening).rejects.toThrow(Refusal);
    await expect(opening).rejects.toThrow(words);
    expect(refused).not.toHaveBeenCalled();

    const again = open(refused);
    FakeWebSocket.last.onmessage?.({ data: "{}" });
    await again;
    FakeWebSocket.last.close(code);
    expect(refused).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(words));
  });

  it("is lost, not refused, by any other", async () => {
    const refused = vi.fn();
    const opening = open(refused);
    FakeWebSocket.last.onmessage?.({ data: "{}" });
    const link = await opening;
    FakeWebSocket.last.close(1006);
    await expect(link.lost).resolves.toMatch(/Trying again/);
    expect(refused).not.toHaveBeenCalled();
  });
});
