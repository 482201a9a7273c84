import { beforeEach, expect, test } from "vitest";

import type { Background, Generating, Generators, Wish } from "../src/backgrounds/types";
import { type Client, Commission } from "../src/studio/commission.svelte";

const SCENERY = {
  name: "scenery",
  configured: true,
  ready: true,
  detail: "",
  moves: true,
  model: "scenery 2",
};
const STILLS = { name: "openai", configured: true, ready: true, detail: "" };
const LOOP = {
  id: "b1",
  prompt: "beach",
  negative_prompt: "",
  style: "",
  generator: "scenery",
  model: "scenery 2",
  media_type: "video/webm",
  seed: 7,
  width: 1280,
  height: 720,
} as Background;

let wishes: Wish[];
let events: Generating[];
let tried: unknown[];
let known: Generators;
let commission: Commission;

beforeEach(() => {
  wishes = [];
  events = [];
  tried = [];
  known = { generators: [SCENERY, STILLS], auto: { name: "scenery", why: "" } };
  const scene = {
    canTry: true,
    trial: { kind: "making" },
    choice: { kind: "blur" },
    tryPicture: (blob: Blob) => Promise.resolve(tried.push(blob)),
    endTrial: () => undefined,
  };
  const api = {
    generators: () => Promise.resolve(known),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async *generate(wish: Wish) {
      wishes.push(wish);
      yield* events;
    },
  };
  commission = new Commission({
    api,
    scene,
    generator: "auto",
    cameraSize: {},
    keep: () => undefined,
    choose: () => Promise.resolve(),
  } as unknown as Client);
});

async function ask(): Promise<void> {
  await commission.lookAround(new AbortController().signal);
}

test("who can paint what moves is asked, and may be another one than the settings name", async () => {
  expect(commission.canMove).toBe(false);
  await ask();
  expect(commission.canMove).toBe(true);
  commission.draft.generator = "openai";
  expect(commission.canMove).toBe(false);
});

test("motion is only wished for from who can do it", async () => {
  await ask();
  commission.draft.text = "beach";
  commission.draft.motion = true;
  await commission.paint();
  commission.draft.generator = "openai";
  await commission.paint();
  expect(wishes.map(({ motion }) => motion)).toEqual([true, undefined]);
});

test("once the still is there, the creator stands in front of it while the loop is painted", async () => {
  const preview = new Blob(["still"]);
  events = [
    { kind: "progress", sample: 0, step: 0, total: 0, message: "sky", preview: null },
    { kind: "progress", sample: 0, step: 0, total: 240, message: "the first frame", preview, whole: true },
  ];
  commission.draft.text = "beach";
  commission.draft.motion = true;
  commission.open = true;
  await commission.paint();
  expect(tried).toEqual([preview]);
  expect(commission.open).toBe(false);
});

test("more like what moves moves, too", async () => {
  await commission.again(LOOP, 8);
  expect(wishes[0]).toMatchObject({ motion: true, seed: 8 });
  commission.edit(LOOP, false);
  expect(commission.draft.motion).toBe(true);
});

test("what an older version painted is said to be painted otherwise by now", async () => {
  await ask();
  commission.edit(LOOP, true);
  expect(commission.outdated).toBeNull();
  const older = { ...LOOP, model: "scenery 1" };
  commission.edit(older, true);
  expect(commission.outdated).toMatchObject({ background: older, by: "scenery 1", now: "scenery 2" });
  commission.draft.typeSeed("9");
  expect(commission.outdated).toBeNull();
  commission.edit(older, false);
  expect(commission.outdated).toBeNull();
});
