import { describe, expect, it } from "vitest";

import { readState, subscriptions } from "../src/stage/roster";
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
