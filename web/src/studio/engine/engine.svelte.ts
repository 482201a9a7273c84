import type { Api } from "../../backgrounds/api";
import { ApiError, inWords } from "../../backgrounds/http";
import { notices } from "../../lib/notices.svelte";
import type { Look } from "../../picture/look";
import type { PictureState } from "../../picture/types";
import { sameChoice, type Choice, type OnAir } from "../choice";
import type { Stand } from "../stand";
import { EngineStream } from "./stream.svelte";
import type { EngineChange, EngineState } from "../../backgrounds/engine-types";
import { backgroundOf, changesOf, choiceOf, lookOf } from "./words";

/** Between two looks at how it is, and while a background is being made. */
const LOOK_MS = 1000;
const BUSY_MS = 300;
/** Between two of its small pictures. */
const PICTURE_MS = 250;
/** A slider says more than an engine needs to hear. */
const SETTLE_MS = 80;

/** A running engine in the camera's place: what it shows, and what the creator does with it. */
export class Engine implements Stand {
  readonly picture = null;
  readonly stats = null;
  readonly trial = null;
  readonly canTry = false;
  readonly id: string;
  told = $state.raw() as EngineState;
  complaint = $state("");
  /** Address of its newest small picture, or "". */
  shot = $state("");
  /** It does not answer: it was stopped, or the server was. */
  lost = $state(false);
  readonly #api: Api;
  readonly #stream: EngineStream;
  readonly #hosting: boolean;
  readonly #closed = new AbortController();
  /** What the creator set and the engine has not confirmed. */
  #wished = $state.raw<Look | null>(null);
  #settling: ReturnType<typeof setTimeout> | undefined;
  #said: string;

  /** `hosting`: whether the stage is this server's own, so that the engine can be watched there. */
  constructor(api: Api, told: EngineState, hosting: boolean) {
    this.#api = api;
    this.#stream = new EngineStream(api);
    this.#hosting = hosting;
    this.id = told.id;
    this.told = told;
    this.#said = told.problem;
    void this.#follow();
    void this.#look();
  }

  get choice(): OnAir {
    return choiceOf(this.told.coming?.background ?? this.told.background);
  }

  get look(): Look {
    return this.#wished ?? lookOf(this.told.look);
  }

  get previewTrack(): MediaStreamTrack | null {
    return this.#stream.track;
  }

  get state(): PictureState {
    return { kind: this.lost ? "no-camera" : "live", message: this.saying };
  }

  /** What the creator should know, or "". */
  get saying(): string {
    const { name, coming, person, stats } = this.told;
    if (this.lost)
      return `The engine ${name} does not answer. It comes back by itself, unless it was stopped.`;
    if (coming) return coming.message || "The background is on its way…";
    if (stats.source_state === "lost")
      return "The engine's source gives no picture. Viewers see the background alone.";
    return person ? "" : "You are hidden. Viewers see the background alone.";
  }

  async choose(choice: Choice): Promise<void> {
    const background = backgroundOf(choice);
    if (background === null) this.complaint = "An engine's room is shown only where the engine runs.";
    else this.complaint = await this.#change({ background });
  }

  setLook(look: Look): void {
    this.#wished = look;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#sendLook(), SETTLE_MS);
  }

  async setModel(model: string): Promise<void> {
    const complaint = await this.#change({ model });
    if (complaint) notices.show(complaint, "bad");
  }

  async setPerson(person: boolean): Promise<void> {
    const complaint = await this.#change({ person });
    if (complaint) notices.show(complaint, "bad");
  }

  isChosen(choice: Choice): boolean {
    return sameChoice(this.choice, choice);
  }

  /** What an engine shows is on air: nothing is tried on it. */
  tryPicture(): Promise<void> {
    return Promise.resolve();
  }

  tryChoice(): Promise<void> {
    return Promise.resolve();
  }

  endTrial(): void {
    // there is none
  }

  airTrial(): Promise<void> {
    return Promise.resolve();
  }

  /** Let it go; it runs on. */
  close(): void {
    this.#closed.abort();
    clearTimeout(this.#settling);
    void this.#stream.watch("");
    this.#show(null);
  }

  async #sendLook(): Promise<void> {
    const look = this.#wished;
    if (!look) return;
    const complaint = await this.#change({ look: changesOf(lookOf(this.told.look), look) });
    // what was set meanwhile is on its way
    if (this.#wished === look) this.#wished = null;
    if (complaint) notices.show(complaint, "bad");
  }

  /** @returns why it did not work, or "" */
  async #change(change: EngineChange): Promise<string> {
    try {
      this.#hear(await this.#api.changeEngine(this.id, change));
      return "";
    } catch (error) {
      return inWords(error);
    }
  }

  #hear(told: EngineState): void {
    if (this.#closed.signal.aborted) return;
    this.told = told;
    this.lost = false;
    if (told.problem && told.problem !== this.#said) notices.show(told.problem, "bad");
    this.#said = told.problem;
    if (this.#hosting) void this.#stream.watch(told.participant);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        this.#hear(await this.#api.engine(this.id, signal));
      } catch (error) {
        this.lost = error instanceof ApiError && (error.status === 404 || error.status === 0);
      }
      await pause(this.told.coming ? BUSY_MS : LOOK_MS);
    }
  }

  /** Fetch its small pictures, for as long as there is no stream of it and somebody can see them. */
  async #look(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      if (this.previewTrack) this.#show(null);
      else if (document.visibilityState === "visible")
        await this.#api.enginePicture(this.id, signal).then(
          (picture) => {
            if (!signal.aborted) this.#show(picture);
          },
          () => undefined,
        );
      await pause(PICTURE_MS);
    }
  }

  #show(picture: Blob | null): void {
    const before = this.shot;
    this.shot = picture ? URL.createObjectURL(picture) : "";
    if (before) URL.revokeObjectURL(before);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
