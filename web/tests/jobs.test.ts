import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Api } from "../src/backgrounds/api";
import type { Generating } from "../src/backgrounds/types";
import { FakePage } from "./fakes/page";

const WISH = { prompt: "beach", width: 1280, height: 720 };
const QUEUED = { event: "queued", data: { position: 1 } };
const PAINTING = { event: "progress", data: { sample: 0, step: 1, total: 4, message: "Sky" } };
const IMAGE = { event: "image", data: { sample: 0, background: { id: "b1" } } };
const DONE = { event: "done", data: { failed: [] } };

type Told = { event: string; data: unknown };

/** A studio that paints in jobs: what it has told, and who asked for what. */
class FakeStudio {
  readonly asked: string[] = [];
  events: (Told & { n: number })[] = [];
  over = false;
  /** What the next polls are answered with in place of the job; an Error is no answer at all. */
  readonly failures: (Response | Error)[] = [];
  /** Answers the order; made before it is asked for where a test holds it back. */
  order: Promise<Response> | null = null;

  tell(...told: Told[]): void {
    for (const { event, data } of told) this.events.push({ n: this.events.length + 1, event, data });
    this.over = told.some(({ event }) => event === "done" || event === "error");
  }

  job(after = 0): unknown {
    return { id: "j 1", events: this.events.filter(({ n }) => n > after), over: this.over };
  }

  accepted(): Response {
    return Response.json(this.job(), { status: 202, headers: { Location: "/jobs/j%201" } });
  }

  readonly fetch = (path: string, init: RequestInit = {}): Promise<Response> => {
    this.asked.push(`${init.method ?? "GET"} ${path}${init.keepalive ? " keepalive" : ""}`);
    if (init.method === "POST") return this.order ?? Promise.resolve(this.accepted());
    if (init.method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
    const failure = this.failures.shift();
    if (failure instanceof Error) return Promise.reject(failure);
    const after = Number(new URL(path, "http://studio").searchParams.get("after") ?? 0);
    return Promise.resolve(failure ?? Response.json(this.job(after)));
  };

  get polls(): string[] {
    return this.asked.filter((each) => each.startsWith("GET"));
  }

  get cancelled(): boolean {
    return this.asked.includes("DELETE /jobs/j%201 keepalive");
  }
}

describe("painting in a job", () => {
  const page = new FakePage();
  let studio: FakeStudio;
  let told: Generating[];
  let abort: AbortController;

  beforeEach(() => {
    vi.useFakeTimers();
    page.install();
    page.hide(false);
    studio = new FakeStudio();
    told = [];
    abort = new AbortController();
    vi.stubGlobal("fetch", studio.fetch);
  });
  afterEach(async () => {
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Have it painted; resolves with what was thrown, or null. */
  const paint = async (): Promise<unknown> => {
    try {
      for await (const event of new Api({ bearer: "t" }).generate(WISH, abort.signal)) told.push(event);
      return null;
    } catch (error) {
      return error;
    }
  };
  const kinds = () => told.map(({ kind }) => kind);

  it("tells what an event stream tells, each thing once, until it is done", async () => {
    studio.tell(QUEUED);
    const painted = paint();
    await vi.advanceTimersByTimeAsync(0);
    expect(kinds()).toEqual(["queued"]);
    studio.tell(PAINTING);
    await vi.advanceTimersByTimeAsync(700);
    expect(kinds()).toEqual(["queued", "progress"]);
    studio.tell(IMAGE, DONE);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await painted).toBeNull();
    expect(kinds()).toEqual(["queued", "progress", "image", "done"]);
    expect(studio.asked).toEqual(["POST /backgrounds", "GET /jobs/j%201?after=1", "GET /jobs/j%201?after=2"]);
  });

  it("asks often at first and then every two seconds", async () => {
    void paint();
    await vi.advanceTimersByTimeAsync(3000);
    const early = studio.polls.length;
    expect(early).toBeGreaterThanOrEqual(3);
    await vi.advanceTimersByTimeAsync(30_000);
    const before = studio.polls.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(studio.polls.length - before).toBe(10);
  });

  it("asks on while the page is hidden, and at once when it is shown again", async () => {
    page.hide(true);
    void paint();
    await vi.advanceTimersByTimeAsync(1900);
    expect(studio.polls).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(studio.polls).toHaveLength(1);
    page.hide(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(studio.polls).toHaveLength(2);
  });

  it("outlives polls that are lost, refused or answered by somebody else", async () => {
    studio.failures.push(
      new TypeError("offline"),
      Response.json({ message: "Too Many Requests" }, { status: 429, headers: { "Retry-After": "3" } }),
      new Response("<html>", { status: 502 }),
    );
    const painted = paint();
    await vi.advanceTimersByTimeAsync(1500);
    studio.tell(IMAGE, DONE);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await painted).toBeNull();
    expect(kinds()).toEqual(["image", "done"]);
    expect(studio.cancelled).toBe(false);
  });

  it("waits as long as a refusal says", async () => {
    studio.failures.push(Response.json({}, { status: 429, headers: { "Retry-After": "9" } }));
    void paint();
    await vi.advanceTimersByTimeAsync(9000);
    expect(studio.polls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(studio.polls).toHaveLength(2);
  });

  it("says after a minute without an answer where to look, and leaves the painting alone", async () => {
    studio.failures.push(...Array.from({ length: 99 }, () => new TypeError("offline")));
    const painted = paint();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(await painted).toMatchObject({
      name: "ApiError",
      message: expect.stringContaining("look among") as string,
    });
    expect(studio.cancelled).toBe(false);
  });

  it("ends with what the server says of a job that it does not know", async () => {
    studio.failures.push(Response.json({ detail: "There is no such job." }, { status: 404 }));
    const painted = paint();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await painted).toMatchObject({ message: "There is no such job." });
  });

  it("ends with the problem that the job tells", async () => {
    studio.tell({ event: "error", data: { problem: { status: 504, detail: "The painter was stopped." } } });
    expect(await paint()).toMatchObject({ message: "The painter was stopped.", status: 504 });
    expect(studio.cancelled).toBe(false);
  });

  it("does not take a job that is over for one that is done", async () => {
    studio.over = true;
    expect(await paint()).toMatchObject({
      message: expect.stringContaining("before it was finished") as string,
    });
  });

  it("is cancelled when the creator cancels", async () => {
    const painted = paint();
    await vi.advanceTimersByTimeAsync(800);
    abort.abort();
    expect(await painted).toMatchObject({ name: "AbortError" });
    expect(studio.asked.filter((each) => each.startsWith("DELETE"))).toEqual([
      "DELETE /jobs/j%201 keepalive",
    ]);
  });

  it("is cancelled when it is cancelled before its order was answered", async () => {
    let answer: (response: Response) => void = () => undefined;
    studio.order = new Promise((resolve) => (answer = resolve));
    const painted = paint();
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    expect(await painted).toMatchObject({ name: "AbortError" });
    expect(studio.cancelled).toBe(false);
    answer(studio.accepted());
    await vi.advanceTimersByTimeAsync(0);
    expect(studio.cancelled).toBe(true);
  });

  it("is cancelled when the page is left, and when nobody listens any more", async () => {
    const painted = paint();
    await vi.advanceTimersByTimeAsync(100);
    page.leave();
    expect(studio.cancelled).toBe(true);
    abort.abort();
    await painted;
    expect(studio.asked.filter((each) => each.startsWith("DELETE"))).toHaveLength(1);

    studio.asked.length = 0;
    studio.tell(QUEUED);
    for await (const { kind } of new Api().generate(WISH, new AbortController().signal)) {
      expect(kind).toBe("queued");
      break;
    }
    expect(studio.cancelled).toBe(true);
  });

  it("is looked for where the answer says, or by its id", async () => {
    studio.order = Promise.resolve(
      Response.json(studio.job(), {
        status: 202,
        headers: { Location: "https://elsewhere.example/jobs/other" },
      }),
    );
    void paint();
    await vi.advanceTimersByTimeAsync(700);
    expect(studio.polls[0]).toBe("GET /jobs/other");
    studio.order = Promise.resolve(Response.json(studio.job(), { status: 202 }));
    void paint();
    await vi.advanceTimersByTimeAsync(700);
    expect(studio.polls.at(-1)).toBe("GET /jobs/j%201");
  });
});
