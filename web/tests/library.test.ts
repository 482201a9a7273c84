import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";
import { Library } from "../src/backgrounds/library.svelte";
import { Shelf } from "../src/backgrounds/shelf.svelte";
import type { Background, Page } from "../src/backgrounds/types";

const background = (id: string, more: Partial<Background> = {}) =>
  ({ id, prompt: "beach", favourite: false, seed: 1, ...more }) as Background;
const page = (ids: string, next: string | null = null): Page => ({
  backgrounds: ids.split("").map((id) => background(id)),
  next,
});

const api = {
  backgrounds: vi.fn<Api["backgrounds"]>(),
  background: vi.fn<Api["background"]>(),
  remove: vi.fn<Api["remove"]>(),
  restore: vi.fn<Api["restore"]>(),
  favour: vi.fn<Api["favour"]>(),
};
let library: Library;
let shelf: Shelf;
const ids = ({ list }: { list: Background[] }) => list.map(({ id }) => id).join("");

beforeEach(() => {
  for (const method of Object.values(api)) method.mockReset();
  api.remove.mockResolvedValue();
  library = new Library(api as unknown as Api);
  shelf = new Shelf(api as unknown as Api, library);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the library", () => {
  beforeEach(async () => {
    api.backgrounds.mockResolvedValue(page("abc"));
    await Promise.all([library.load(), shelf.look()]);
  });

  it("shows a deleted background nowhere, and in its place again when that is undone", async () => {
    await library.remove(background("b"));
    expect([ids(library), ids(shelf)]).toEqual(["ac", "ac"]);
    api.restore.mockResolvedValue(background("b"));
    await library.restore("b");
    expect([ids(library), ids(shelf)]).toEqual(["abc", "abc"]);
  });

  it("shows it again when it could not be deleted, unless somebody else had", async () => {
    api.remove.mockRejectedValueOnce(new ApiError("The disk is full.", 503));
    await expect(library.remove(background("a"))).rejects.toThrow("disk");
    expect(ids(library)).toBe("abc");
    api.remove.mockRejectedValueOnce(new ApiError("Gone.", 404));
    await library.remove(background("a"));
    expect(ids(library)).toBe("bc");
  });

  it("marks a favourite at once, and no more when the server did not", async () => {
    api.favour.mockRejectedValueOnce(new ApiError("No.", 503));
    const marking = library.favour(background("a"), true);
    expect(library.find("a")?.favourite).toBe(true);
    await expect(marking).rejects.toThrow();
    expect(library.find("a")?.favourite).toBe(false);
  });

  it("puts a new background first", () => {
    library.add(background("n"));
    shelf.add("n");
    expect([ids(library), ids(shelf)]).toEqual(["nabc", "nabc"]);
  });

  it("asks the server about one that is on no page yet", async () => {
    api.background.mockResolvedValueOnce(background("z"));
    expect((await library.fetch("z"))?.id).toBe("z");
    api.background.mockRejectedValueOnce(new ApiError("Gone.", 404));
    expect(await library.fetch("y")).toBeNull();
    expect((await library.fetch("a"))?.id).toBe("a");
    expect(api.background).toHaveBeenCalledTimes(2);
  });

  it("finds the next seed that was not painted yet", () => {
    library.learn([background("a", { seed: 5 }), background("b", { seed: 6 })]);
    library.learn([background("c", { seed: 7, prompt: "forest" })]);
    expect(library.nextSeed(background("a", { seed: 5 }))).toBe(7);
    expect(library.nextSeed(background("x", { seed: 2 ** 32 - 1 }))).toBe(0);
  });
});

describe("the shelf", () => {
  it("goes on from page to page and stops at the last one", async () => {
    api.backgrounds.mockResolvedValueOnce(page("ab", "b")).mockResolvedValueOnce(page("bc"));
    await shelf.look();
    expect(shelf.more).toBe(true);
    await shelf.fetchMore();
    expect(ids(shelf)).toBe("abc");
    await shelf.fetchMore();
    expect(api.backgrounds.mock.calls.map(([wanted]) => wanted?.after)).toEqual([null, "b"]);
  });

  it("asks once the typing rests, and for the last words alone", async () => {
    vi.useFakeTimers();
    api.backgrounds.mockResolvedValue(page("a"));
    for (const words of ["b", "be", "bea"]) {
      shelf.search = words;
      shelf.lookSoon();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(api.backgrounds).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(500);
    expect(api.backgrounds).toHaveBeenCalledOnce();
    expect(api.backgrounds.mock.calls[0]?.[0]?.search).toBe("bea");
  });

  it("shows what was looked for last, whichever answer comes last", async () => {
    let answer: (page: Page) => void = () => undefined;
    const slow = new Promise<Page>((resolve) => (answer = resolve));
    api.backgrounds.mockReturnValueOnce(slow).mockResolvedValueOnce(page("b"));
    const first = shelf.look();
    await shelf.look();
    expect(api.backgrounds.mock.calls[0]?.[1]?.aborted).toBe(true);
    answer(page("a"));
    await first;
    expect(ids(shelf)).toBe("b");
    expect(shelf.fetching).toBeNull();
  });

  it("says why nothing is to be seen, and is well again after the next look", async () => {
    api.backgrounds.mockRejectedValueOnce(new ApiError("The store is away.", 503));
    await shelf.look();
    expect(shelf.complaint).toBe("The store is away.");
    api.backgrounds.mockResolvedValueOnce(page("a"));
    await shelf.look();
    expect(shelf.complaint).toBe("");
  });

  it("adds nothing to what was searched for", async () => {
    api.backgrounds.mockResolvedValue(page("a"));
    shelf.search = "beach";
    await shelf.look();
    library.add(background("n"));
    shelf.add("n");
    expect(ids(shelf)).toBe("a");
  });
});
