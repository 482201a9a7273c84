import { describe, expect, it } from "vitest";

import type { Api } from "../src/backgrounds/api";
import { Draft } from "../src/backgrounds/draft.svelte";
import { ApiError } from "../src/backgrounds/http";
import { Painting } from "../src/backgrounds/painting.svelte";
import type { Background, Generating, Wish } from "../src/backgrounds/types";

const CAMERA = { width: 1280, height: 720 };
const WISH: Wish = { prompt: "beach", ...CAMERA, count: 2 };
const PREVIEW = new Blob(["small"]);

function background(more: Partial<Background> = {}): Background {
  return {
    id: "b1",
    prompt: "beach",
    negative_prompt: "",
    style: "",
    generator: "scenery",
    seed: 7,
    ...CAMERA,
    ...more,
  } as Background;
}

const progress = (sample: number, step: number, preview: Blob | null = null): Generating => ({
  kind: "progress",
  sample,
  step,
  total: 4,
  message: "",
  preview,
});

/** A painting whose server tells these events, and then throws or ends. */
function painting(events: Generating[], failure?: Error): Painting {
  // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
  async function* generate() {
    yield* events;
    if (failure) throw failure;
  }
  return new Painting({ generate } as unknown as Api);
}

const kinds = ({ samples }: Painting) => samples.map(({ kind }) => kind);

describe("a painting", () => {
  it("has a place for each picture from the start, and fills each as it comes", async () => {
    const one = painting([
      { kind: "queued", position: 2 },
      progress(0, 1, PREVIEW),
      progress(0, 2),
      { kind: "image", sample: 0, background: background() },
      progress(1, 2),
      { kind: "done", failed: [{ sample: 1, problem: { detail: "No clouds today." } }] },
    ]);
    const seen: unknown[] = [];
    expect(await one.start(WISH, "scenery", () => seen.push([one.position, ...kinds(one), one.share]))).toBe(
      true,
    );
    expect(seen).toEqual([
      [2, "waiting", "waiting", undefined],
      [0, "painting", "waiting", 0.125],
      [0, "painting", "waiting", 0.25],
      [0, "ready", "waiting", 0.5],
      [0, "ready", "painting", 0.75],
      [0, "ready", "failed", 1],
    ]);
    expect(one.samples[1]).toEqual({ kind: "failed", why: "No clouds today." });
    expect(one.busy).toBe(false);
  });

  it("keeps the last preview while none comes", async () => {
    const one = painting([progress(0, 1, PREVIEW), progress(0, 2), { kind: "done", failed: [] }]);
    const shown: unknown[] = [];
    await one.start(WISH, "scenery", () => shown.push(one.samples[0]));
    expect(shown[1]).toMatchObject({ step: 2, preview: PREVIEW });
  });

  it("says why nothing came of it, and when to try again", async () => {
    const one = painting([], new ApiError("Too much is being painted.", 429, 7));
    expect(await one.start(WISH, "scenery", () => undefined)).toBe(false);
    expect(one.complaint).toBe("Too much is being painted.");
    expect(one.wait).toBe(7);
    expect(one.samples).toEqual([]);
  });

  it("keeps what had come when the rest breaks off", async () => {
    const image: Generating = { kind: "image", sample: 1, background: background() };
    const one = painting([image], new ApiError("Cut short.", 0));
    await one.start(WISH, "scenery", () => undefined);
    expect(one.ready).toEqual([background()]);
    expect(kinds(one)).toEqual(["ready"]);
  });

  it("says nothing when the creator cancels", async () => {
    const one: Painting = painting([progress(0, 1)], new ApiError("Cut short.", 0));
    expect(
      await one.start(WISH, "scenery", () => {
        one.cancel();
      }),
    ).toBe(false);
    expect(one.complaint).toBe("");
  });
});

describe("what is wished for", () => {
  it("is sent without what was left as it is", () => {
    const draft = new Draft();
    draft.text = " a beach ";
    expect(draft.wish(CAMERA)).toEqual({ prompt: "a beach", ...CAMERA });
  });

  it("has a seed only when it is locked, which typing one does", () => {
    const draft = new Draft();
    draft.seed = 7;
    expect(draft.wish(CAMERA).seed).toBeUndefined();
    draft.typeSeed("12");
    expect(draft.wish(CAMERA).seed).toBe(12);
    draft.typeSeed("12x");
    expect(draft.seed).toBe(12);
    draft.typeSeed("9999999999");
    expect(draft.seed).toBe(2 ** 32 - 1);
    draft.typeSeed("");
    expect(draft.wish(CAMERA).seed).toBeUndefined();
  });

  it("goes on air when it is one, and is looked at when there are several, until the creator says", () => {
    const draft = new Draft();
    expect(draft.arrival).toBe("air");
    draft.count = 3;
    expect(draft.arrival).toBe("look");
    draft.arrival = "air";
    expect(draft.arrival).toBe("air");
  });

  it("is recalled with all that made a background", () => {
    const draft = new Draft();
    draft.count = 4;
    draft.recall(
      background({ negative_prompt: "people", style: "ink", width: 720, height: 1280 }),
      CAMERA,
      true,
    );
    expect(draft.wish(CAMERA)).toEqual({
      prompt: "beach",
      negative_prompt: "people",
      style: "ink",
      width: 720,
      height: 1280,
      seed: 7,
      generator: "scenery",
    });
  });

  it("is recalled with another seed when it is to be edited, and in the camera's size where that is it", () => {
    const draft = new Draft();
    draft.recall(background(), CAMERA, false);
    expect(draft.size).toBeNull();
    expect(draft.wish(CAMERA).seed).toBeUndefined();
  });
});
