import { afterEach, describe, expect, it, vi } from "vitest";

import { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";
import { fitting } from "../src/backgrounds/shrink";
import { backgroundSize } from "../src/backgrounds/sizes";
import type { Background, Generating } from "../src/backgrounds/types";
import { accepted, uploadComplaint } from "../src/backgrounds/uploads";

const WISH = { prompt: "beach", width: 1280, height: 720 };
const BACKGROUND = { id: "b1", prompt: "beach", understood: ["beach"] } as unknown as Background;
const IMAGE = event("image", { sample: 0, background: BACKGROUND });
const DONE = event("done", { failed: [] });

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A response whose body comes in these pieces, and that ends there, or hangs until it is cancelled. */
function streamed(pieces: string[], oncancel?: () => void): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (!oncancel) controller.close();
    },
    cancel: () => oncancel?.(),
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

function problem(status: number, detail: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: "No", status, detail }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

const answer = (response: Response) => {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(response));
  vi.stubGlobal("fetch", fetched);
  return fetched;
};

const generate = async (abort = new AbortController()) => {
  const told: Generating[] = [];
  for await (const event of new Api().generate(WISH, abort.signal)) told.push(event);
  return told;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("generating", () => {
  it("tells the queue, the progress with its preview, each picture, and the end", async () => {
    const progress = { sample: 0, step: 2, total: 4, message: "Painting the sky" };
    const whole =
      event("queued", { position: 1 }) +
      event("progress", { ...progress, preview: btoa("webp") }) +
      IMAGE +
      DONE;
    // cut inside an event, as networks do
    answer(streamed([whole.slice(0, 31), whole.slice(31, 70), whole.slice(70)]));
    const told = await generate();
    expect(told).toMatchObject([
      { kind: "queued", position: 1 },
      { kind: "progress", ...progress },
      { kind: "image", sample: 0, background: BACKGROUND },
      { kind: "done", failed: [] },
    ]);
    const preview = told[1]?.kind === "progress" ? told[1].preview : null;
    expect(preview?.type).toBe("image/webp");
    expect(await preview?.text()).toBe("webp");
  });

  it("says what the server says went wrong", async () => {
    answer(
      streamed([event("error", { problem: { status: 503, title: "Busy", detail: "Try a smaller one." } })]),
    );
    await expect(generate()).rejects.toMatchObject({
      name: "ApiError",
      message: "Try a smaller one.",
      status: 503,
    });
  });

  it("does not take an answer that stops halfway for a finished one", async () => {
    answer(streamed([event("queued", { position: 0 })]));
    await expect(generate()).rejects.toThrow("stopped before it was finished");
  });

  it("does not show the page's own words for an answer that is no event", async () => {
    answer(streamed(["event: progress\ndata: <html>\n\n"]));
    await expect(generate()).rejects.toThrow("stopped before it was finished");
  });

  it("closes the answer at its end, and when nobody listens any more", async () => {
    const cancelled = vi.fn();
    answer(streamed([DONE], cancelled));
    await generate();
    answer(streamed([IMAGE], cancelled));
    for await (const event of new Api().generate(WISH, new AbortController().signal)) {
      expect(event.kind).toBe("image");
      break;
    }
    await vi.waitFor(() => {
      expect(cancelled).toHaveBeenCalledTimes(2);
    });
  });

  it("rejects with the reason of an abort, not with an error to show", async () => {
    const abort = new AbortController();
    vi.stubGlobal("fetch", () => {
      abort.abort();
      return Promise.reject(abort.signal.reason as Error);
    });
    await expect(generate(abort)).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("requests", () => {
  it("show the creator's key, and none where there is none", async () => {
    for (const [key, shown] of [
      ["k3y", "Bearer k3y"],
      [null, null],
    ] as const) {
      const fetched = answer(Response.json({ backgrounds: [] }));
      await new Api({ bearer: key }).backgrounds();
      expect(new Headers(fetched.mock.calls[0]?.[1]?.headers).get("Authorization")).toBe(shown);
    }
  });

  it("know when to try again, where the server says so", async () => {
    answer(new Response('{"detail": "Too many."}', { status: 429, headers: { "Retry-After": "7" } }));
    await expect(generate()).rejects.toEqual(new ApiError("Too many.", 429, 7));
  });

  it("ask for a page with what is wanted alone", async () => {
    const fetched = answer(Response.json({ backgrounds: [], next: null }));
    const page = { search: "a & b", favourites: false, limit: 48, after: null };
    await new Api().backgrounds(page);
    expect(fetched.mock.calls[0]?.[0]).toBe("/backgrounds?search=a+%26+b&limit=48");
  });

  it("name what is exported, and nothing to export all", async () => {
    for (const [ids, path] of [
      [["a", "b"], "/backgrounds/export?id=a&id=b"],
      [null, "/backgrounds/export"],
    ] as const) {
      const fetched = answer(new Response("zip"));
      await new Api().export(ids && [...ids]);
      expect(fetched.mock.calls[0]?.[0]).toBe(path);
    }
  });

  it("tell how far an import is, and what it brought", async () => {
    const brought = { imported: [BACKGROUND], skipped: [{ name: "x.txt", reason: "No picture." }] };
    answer(streamed([event("progress", { done: 1, total: 2 }) + event("done", brought)]));
    const steps: unknown[] = [];
    const { signal } = new AbortController();
    expect(await new Api().import(new Blob(["zip"]), (step) => steps.push(step), signal)).toEqual(brought);
    expect(steps).toEqual([{ done: 1, total: 2 }]);
  });

  it("turn a problem into its detail", async () => {
    answer(problem(401, "The studio wants a key."));
    await expect(new Api().backgrounds()).rejects.toEqual(new ApiError("The studio wants a key.", 401));
  });

  it("have words for an answer without any", async () => {
    answer(new Response("<html>", { status: 502 }));
    await expect(new Api().config()).rejects.toThrow("The studio's server failed to answer.");
  });

  it.each([
    [401, "Unauthorized", "Sign in again"],
    [403, "Forbidden", "not allowed to you here"],
    [404, "Not Found", "Reload the page"],
    [413, "Request Entity Too Large", "Make it smaller"],
    [429, "Too Many Requests", "Wait some seconds"],
    [503, "Service Unavailable", "Try again in a minute"],
    [504, "Endpoint request timed out", "too long to answer"],
    [418, "Teapot", "(418: Teapot)"],
  ])("have words for a %i of Amazon's API Gateway", async (status, message, words) => {
    answer(Response.json({ message }, { status }));
    await expect(new Api().backgrounds()).rejects.toMatchObject({
      status,
      retryAfter: null,
      message: expect.stringContaining(words) as string,
    });
  });

  it("say so when something else answers in the server's place", async () => {
    answer(new Response("<html>Please accept our terms</html>"));
    await expect(new Api().config()).rejects.toThrow("Something else answered");
  });

  it("take a server of before for one that signs nobody in and does everything", async () => {
    answer(Response.json({ version: "0.1" }));
    expect(await new Api().config()).toMatchObject({
      sign_in: null,
      features: { engines: true, recording: true, archives: true, videos: true, guests: true },
    });
    answer(Response.json({ features: { engines: false, videos: false } }));
    expect((await new Api().config()).features).toMatchObject({ engines: false, guests: true });
  });

  it("say that the server was not reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(new Api().config()).rejects.toMatchObject({ status: 0 });
  });

  it("name an upload safely", async () => {
    const fetched = answer(Response.json(BACKGROUND, { status: 201 }));
    await new Api().upload(new Blob(["x"], { type: "image/png" }), "my room & me.png");
    expect(fetched.mock.calls[0]?.[0]).toBe("/backgrounds/upload?name=my+room+%26+me.png");
  });
});

describe("the size to ask for", () => {
  it.each([
    [undefined, undefined, 1280, 720],
    [640, 480, 640, 480],
    [641, 481, 640, 480],
    [720, 1280, 720, 1280],
    [7680, 4320, 3840, 2160],
    [32, 32, 64, 64],
  ])("for a camera of %s x %s is %i x %i", (width, height, w, h) => {
    expect(backgroundSize(width, height)).toEqual({ width: w, height: h });
  });
});

describe("an upload", () => {
  const BOUNDS = { bytes: 20e6, videos: true };
  const file = (type: string, size: number) => ({ name: "room.png", type, size });

  it("may be a picture within the limit", () => {
    expect(uploadComplaint(file("image/webp", 20e6), BOUNDS)).toBeNull();
  });

  it("is no video where a studio cannot read one, and is told why", () => {
    const without = { ...BOUNDS, videos: false };
    expect(uploadComplaint(file("video/mp4", 10), BOUNDS)).toBeNull();
    expect(uploadComplaint(file("video/mp4", 10), without)).toContain("it cannot read videos");
    expect(uploadComplaint(file("image/png", 10), without)).toBeNull();
    expect(uploadComplaint(file("image/gif", 10), without)).not.toContain("MP4");
    expect(accepted(false)).not.toContain("video");
    expect(accepted(true)).toContain("video/webm");
  });

  it("is refused in words otherwise", () => {
    expect(uploadComplaint(file("image/gif", 10), BOUNDS)).toContain("PNG, JPEG or WebP");
    expect(uploadComplaint(file("image/png", 31e6), BOUNDS)).toBe(
      "room.png is 31 MB; at most 20 MB can be used. Save it smaller and try again.",
    );
    expect(uploadComplaint(file("image/png", 0), BOUNDS)).toContain("empty");
  });
});

describe("a picture that is too large", () => {
  const BYTES = 1000;
  const drawn = vi.fn();
  const photo = (size: number, type = "image/png") => new File([new Uint8Array(size)], "room.png", { type });
  /** A canvas whose JPEGs have so many bytes at full quality, and a browser that reads pictures of this size. */
  const browser = (bytes: number, width = 6000, height = 4000) => {
    vi.stubGlobal("createImageBitmap", () => Promise.resolve({ width, height, close: () => undefined }));
    vi.stubGlobal(
      "OffscreenCanvas",
      class {
        width: number;
        height: number;
        constructor(width: number, height: number) {
          [this.width, this.height] = [width, height];
        }
        getContext = () => ({ drawImage: drawn });
        convertToBlob = ({ type, quality }: { type: string; quality: number }) =>
          Promise.resolve(new Blob([new Uint8Array(bytes * quality)], { type }));
      },
    );
  };

  it("is made smaller, to what a stage can show and no less than it has to", async () => {
    browser(1100);
    const sent = await fitting(photo(2000), BYTES);
    expect(sent.type).toBe("image/jpeg");
    expect(sent.size).toBe(902);
    expect(drawn.mock.lastCall?.slice(1)).toEqual([0, 0, 3840, 2560]);
  });

  it("stays as it is where it fits, cannot be read or cannot be made to fit", async () => {
    browser(5000);
    for (const file of [photo(1000), photo(2000), photo(2000, "video/mp4")])
      expect(await fitting(file, BYTES)).toBe(file);
    vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error("no picture")));
    const broken = photo(2000);
    expect(await fitting(broken, BYTES)).toBe(broken);
  });
});
