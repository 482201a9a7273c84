import { describe, expect, it, vi } from "vitest";

import { Album } from "../src/backgrounds/album";
import type { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";

describe("a guest's album", () => {
  function tab(stored: string | null = null): Album & { stored: () => string | null } {
    const album = new Album({ getItem: () => stored, setItem: (_, value) => (stored = value) });
    return Object.assign(album, { stored: () => stored });
  }

  it("has what was made in this tab, the newest first and each once", () => {
    const album = tab();
    for (const id of ["a", "b", "a"]) album.add(id);
    expect(album.ids).toEqual(["a", "b"]);
    expect(tab(album.stored()).ids).toEqual(["a", "b"]);
  });

  it("begins anew where the tab holds something else", () => {
    expect(tab('{"a":1}').ids).toEqual([]);
  });

  it("leaves out what the server has no more, and hides no other failure", async () => {
    const background = vi.fn((id: string) =>
      id === "gone" ? Promise.reject(new ApiError("", 404)) : Promise.resolve({ id }),
    );
    const api = { background } as unknown as Api;
    await expect(tab('["a","gone","b"]').load(api)).resolves.toEqual([{ id: "a" }, { id: "b" }]);
    background.mockRejectedValue(new ApiError("You were removed.", 403));
    await expect(tab('["a"]').load(api)).rejects.toThrow("You were removed.");
  });
});
