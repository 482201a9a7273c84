import type { EngineChange, EngineState } from "./engine-types";
import { serverSent, type Told } from "./events";
import { ApiError, CUT_SHORT, Http, problemError, type Pass } from "./http";
import { cancelUnwanted, follow } from "./jobs";
import {
  type Background,
  type Config,
  type ConfigDocument,
  readConfig,
  type Generating,
  type Generators,
  type Imported,
  type Page,
  type Recording,
  type StageLink,
  type StageToken,
  type TokenWish,
  type Wish,
} from "./types";

/** The server's creator endpoints. Every method throws `ApiError`, or the signal's own reason when aborted. */
export class Api {
  readonly #http: Http;

  constructor(pass: Pass = { bearer: null }) {
    this.#http = new Http(pass);
  }

  /** Show another pass from now on. */
  present(pass: Pass): void {
    this.#http.pass = pass;
  }

  async config(): Promise<Config> {
    return readConfig(await this.#http.json<ConfigDocument>("/config"));
  }

  /** Which generators there are and which work; may take some seconds. */
  generators(signal?: AbortSignal): Promise<Generators> {
    return this.#http.json("/generators", signal ? { signal } : {});
  }

  token(wish: TokenWish): Promise<StageToken> {
    return this.#http.json("/tokens", jsonBody(wish));
  }

  /** What a viewer link carries, which a whole audience may share. */
  link(): Promise<StageLink> {
    return this.#http.json("/links", jsonBody({}));
  }

  /** Send somebody away from a stage, for good. */
  async removeParticipant(stage: string, id: string): Promise<void> {
    await this.#http.send(`${ofStage(stage)}/participants/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  recording(stage: string): Promise<Recording> {
    return this.#http.json(`${ofStage(stage)}/recording`);
  }

  /** Start recording a stage, or stop. */
  record(stage: string, on: boolean): Promise<Recording> {
    return this.#http.json(`${ofStage(stage)}/recording`, { method: on ? "PUT" : "DELETE" });
  }

  /** The path of a recorded file; `file` fetches it where a key is needed. */
  recordedAt(stage: string, name: string): string {
    return `${ofStage(stage)}/recordings/${encodeURIComponent(name)}`;
  }

  /** The engines that report to this server. */
  async engines(): Promise<EngineState[]> {
    return (await this.#http.json<{ engines: EngineState[] }>("/engines")).engines;
  }

  engine(id: string, signal: AbortSignal): Promise<EngineState> {
    return this.#http.json(ofEngine(id), { signal });
  }

  /** @returns how it is then; a background that takes its time is `coming` */
  changeEngine(id: string, change: EngineChange): Promise<EngineState> {
    return this.#http.json(ofEngine(id), { ...jsonBody(change), method: "PATCH" });
  }

  /** What it shows, small. */
  enginePicture(id: string, signal: AbortSignal): Promise<Blob> {
    return this.file(`${ofEngine(id)}/preview`, signal);
  }

  /** Have pictures painted; the last event is `done`. Aborting, or leaving the iteration, cancels the work. */
  async *generate(wish: Wish, signal: AbortSignal): AsyncGenerator<Generating> {
    const http = this.#http;
    const answer = await http.begin("/backgrounds", jsonBody(wish), signal, (unwanted) => {
      if (isJob(unwanted)) void cancelUnwanted(http, unwanted);
      else void unwanted.body?.cancel();
    });
    const told: AsyncGenerator<Told> = isJob(answer)
      ? follow(http, answer, signal)
      : serverSent(answer, signal);
    for await (const { event, data } of told) {
      if (event === "error") throw problemError((data as { problem: unknown }).problem, 500);
      if (event === "progress") {
        const { preview, ...told } = data as Extract<Generating, { kind: "progress" }> & { preview?: string };
        yield { ...told, kind: event, preview: preview ? webp(preview) : null };
      } else if (event === "queued" || event === "image" || event === "done")
        yield { ...(data as object), kind: event } as Generating;
      if (event === "done") return;
    }
    throw new ApiError(CUT_SHORT, 0);
  }

  upload(file: Blob, name: string): Promise<Background> {
    return this.#http.json(`/backgrounds/upload?${new URLSearchParams({ name })}`, {
      method: "POST",
      body: file,
      headers: { "Content-Type": file.type },
    });
  }

  /** A page of backgrounds, newest first. */
  backgrounds(
    wanted: { search?: string; favourites?: boolean; limit?: number; after?: string | null } = {},
    signal?: AbortSignal,
  ): Promise<Page> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, String(value));
    const path = query.size > 0 ? `/backgrounds?${query}` : "/backgrounds";
    return this.#http.json(path, signal ? { signal } : {});
  }

  background(id: string): Promise<Background> {
    return this.#http.json(at(id));
  }

  favour(id: string, favourite: boolean): Promise<Background> {
    return this.#http.json(at(id, "/favourite"), { method: favourite ? "PUT" : "DELETE" });
  }

  async remove(id: string): Promise<void> {
    await this.#http.send(at(id), { method: "DELETE" });
  }

  restore(id: string): Promise<Background> {
    return this.#http.json(at(id, "/restore"), { method: "POST" });
  }

  /** A zip of these backgrounds, or of all. */
  async export(ids: string[] | null): Promise<Blob> {
    const query = new URLSearchParams((ids ?? []).map((id) => ["id", id]));
    const path = ids ? `/backgrounds/export?${query}` : "/backgrounds/export";
    return (await this.#http.send(path, {})).blob();
  }

  /** Take in such a zip; `report` hears how far it is. */
  async import(
    file: Blob,
    report: (step: { done: number; total: number }) => void,
    signal: AbortSignal,
  ): Promise<Imported> {
    const request = {
      method: "POST",
      body: file,
      headers: { "Content-Type": "application/zip" },
      signal,
    };
    const answer = await this.#http.send("/backgrounds/import", request);
    for await (const { event, data } of serverSent(answer, signal)) {
      if (event === "error") throw problemError((data as { problem: unknown }).problem, 500);
      if (event === "progress") report(data as { done: number; total: number });
      if (event === "done") return data as Imported;
    }
    throw new ApiError(CUT_SHORT, 0);
  }

  /** What is at a path of this server. */
  async file(path: string, signal?: AbortSignal): Promise<Blob> {
    return (await this.#http.send(path, signal ? { signal } : {})).blob();
  }

  /** Whether an `<img>` or a link may fetch this path by itself: neither can say who asks. */
  open(path: string): boolean {
    return this.#http.open(path);
  }
}

/** Whether the work goes on without this answer, and is asked after at a place of its own. */
function isJob(answer: Response): boolean {
  return answer.status === 202;
}

function at(id: string, rest = ""): string {
  return `/backgrounds/${encodeURIComponent(id)}${rest}`;
}

function ofStage(id: string): string {
  return `/stages/${encodeURIComponent(id)}`;
}

function ofEngine(id: string): string {
  return `/engines/${encodeURIComponent(id)}`;
}

function jsonBody(value: unknown): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json" },
  };
}

function webp(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type: "image/webp" });
}
