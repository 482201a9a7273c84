import { beforeEach, describe, expect, it } from "vitest";

import { Attendance } from "../src/stage/attendance";
import { Listeners } from "../src/stage/listeners";
import type { Participant, StageEvents } from "../src/stage/types";

function person(id: string, more: Partial<Participant> = {}): Participant {
  const muted = { audio: false, video: false };
  return { id, userId: id, attributes: {}, isLocal: false, publishing: true, muted, ...more };
}

const me = person("me", { isLocal: true });

describe("Attendance", () => {
  let listeners: Listeners<StageEvents>;
  let attendance: Attendance;
  let told: string[];

  beforeEach(() => {
    listeners = new Listeners();
    attendance = new Attendance(listeners);
    told = [];
    listeners.on("participants", (all) => told.push(`participants ${all.map(({ id }) => id).join(" ")}`));
    for (const event of ["joined", "left", "muted"] as const) {
      listeners.on(event, ({ id }) => told.push(`${event} ${id}`));
    }
    for (const event of ["streamAdded", "streamRemoved"] as const) {
      listeners.on(event, ({ participant: { id } }) => told.push(`${event} ${id}`));
    }
    listeners.on("viewers", (count) => told.push(`viewers ${count}`));
  });

  it("does not tell that those joined who were there before us", () => {
    attendance.state([me, person("a")], true);
    attendance.state([me, person("a"), person("b")]);
    expect(told).toEqual(["participants me a", "participants me a b", "joined b"]);
  });

  it("tells nothing where nothing has changed", () => {
    attendance.state([me, person("a")], true);
    attendance.state([me, person("a")]);
    attendance.update(person("a"));
    expect(told).toEqual(["participants me a"]);
  });

  it("never tells of ourselves that we came, went", () => {
    attendance.update(me);
    attendance.remove("me");
    expect(told).toEqual(["participants me", "participants "]);
  });

  it("derives the same from single changes", () => {
    attendance.update(person("a"), true);
    attendance.update(person("b"));
    attendance.update(person("a", { muted: { audio: true, video: false } }));
    attendance.remove("b");
    attendance.remove("b");
    expect(told).toEqual([
      "participants a",
      "participants a b",
      "joined b",
      "participants a b",
      "muted a",
      "participants a",
      "left b",
    ]);
  });

  it("tells of a stream once, and takes it away from those who leave", () => {
    const stream = {} as MediaStream;
    attendance.update(person("a"), true);
    attendance.stream("a", stream);
    attendance.stream("a", stream);
    attendance.stream("stranger", stream);
    attendance.remove("a");
    attendance.stream("a", null);
    expect(told).toEqual(["participants a", "streamAdded a", "streamRemoved a", "participants ", "left a"]);
  });

  it("takes the old stream away before it tells of another", () => {
    attendance.update(person("a"), true);
    attendance.stream("a", {} as MediaStream);
    attendance.stream("a", {} as MediaStream);
    expect(told.slice(1)).toEqual(["streamAdded a", "streamRemoved a", "streamAdded a"]);
  });

  it("tells how many watch when that changes", () => {
    for (const count of [null, 3, 3, 4]) attendance.viewers(count);
    expect(told).toEqual(["viewers 3", "viewers 4"]);
  });

  it("forgets everybody when we leave, without a farewell", () => {
    attendance.update(person("a"), true);
    attendance.stream("a", {} as MediaStream);
    attendance.clear();
    expect(told.slice(2)).toEqual(["streamRemoved a"]);
    attendance.state([person("a")], true);
    expect(told.slice(3)).toEqual(["participants a"]);
  });
});
