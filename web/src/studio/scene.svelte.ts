import type { Api } from "../backgrounds/api";
import type { Library } from "../backgrounds/library.svelte";
import { isVideo } from "../backgrounds/types";
import { notices } from "../lib/notices.svelte";
import { oneOf, recall, remember } from "../lib/prefs";
import { createPicture } from "../picture";
import { DEFAULT_LOOK, type Look } from "../picture/look";
import type {
  Backdrop,
  ModelName,
  Pace,
  Picture,
  PictureState,
  PictureStats,
  TrialBackdrop,
  VideoTrouble,
} from "../picture/types";
import {
  FALLBACK,
  isSafeChoice,
  rgbOf,
  sameChoice,
  type Choice,
  type OnAir,
  type SafeChoice,
} from "./choice";

/** A video is opened, and fades in. */
const SETTLE_MS = 3_000;

/** What the creator alone sees in the preview: a picture as far as it is made, or something to choose. */
export type Trial = { kind: "making"; choice: null; blob: Blob } | { kind: "ready"; choice: SafeChoice };

/** The live picture and what stands behind the person in it. */
export class Scene {
  /** Null where this browser cannot make one. */
  readonly picture: Picture | null;
  /** Whether something may be tried before it goes on air. */
  readonly canTry: boolean = true;
  /** The finished picture, to be published; another one after its worker was replaced. */
  track = $state.raw<MediaStreamTrack | null>(null);
  state = $state.raw<PictureState>({ kind: "loading", message: "" });
  stats = $state.raw<PictureStats | null>(null);
  /** What is on air, or would be. */
  choice = $state.raw<OnAir>(FALLBACK);
  look = $state.raw<Look>(DEFAULT_LOOK);
  /** What is wished for; the figures say what it is made with. */
  model = $state.raw<"auto" | ModelName>(
    recall("model", "auto", oneOf("auto", "landscape", "square", "multiclass")),
  );
  pace = $state.raw<Pace>(recall("pace", "carried", oneOf("carried", "matched")));
  trial = $state.raw<Trial | null>(null);
  /** Why the picture could not be made, or its background not be shown. */
  complaint = $state("");
  readonly #api: Api;
  readonly #library: Library;
  #trialTrack = $state.raw<MediaStreamTrack | null>(null);
  /** Null until something was chosen and has come. */
  #shown: OnAir | null = null;
  /** What was shown before that. */
  #before: OnAir | null = null;
  #tierNotice = 0;
  #turn = 0;
  #trialTurn = 0;
  /** The painting whose previews are being tried, and the one whose previews are not to be tried any more. */
  #painting: unknown = null;
  #dismissed: unknown = null;

  constructor(api: Api, library: Library) {
    this.#api = api;
    this.#library = library;
    this.picture = this.#make();
  }

  /** What the creator sees: what is tried, else what is on air. */
  get previewTrack(): MediaStreamTrack | null {
    return this.#trialTrack ?? this.track;
  }

  /** Take up the last choice, else the newest background. Call once the library is loaded. */
  async resume(): Promise<void> {
    const [newest] = this.#library.list;
    const remembered = recall<Choice>("choice", FALLBACK, isSafeChoice);
    // a server that does not answer has not lost anything
    const lost =
      remembered.kind === "background" &&
      (await this.#library.fetch(remembered.id).catch(() => undefined)) === null;
    const nothing = remembered === FALLBACK;
    await this.choose(
      (lost || nothing) && newest ? { kind: "background", id: newest.id } : lost ? FALLBACK : remembered,
    );
  }

  setLook(look: Look): void {
    this.look = look;
    this.picture?.setLook(look);
  }

  setModel(model: "auto" | ModelName): void {
    this.model = model;
    remember("model", model);
    this.picture?.setModel(model);
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    remember("pace", pace);
    this.picture?.setPace(pace);
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.picture?.setCamera(track);
  }

  /** Stand in front of something else. The one before stays until the new one is there. This ends a trial. */
  choose(choice: Choice): Promise<void> {
    return this.#air(choice, () => (choice.kind === "none" ? choice : this.#backdropOf(choice)));
  }

  /**
   * Try a picture that is still being made, as far as it is. `painting` is one value for all previews of one
   * picture: once the creator has put one on air or wants to see no more of them, the next ones are not shown.
   */
  async tryPicture(blob: Blob, painting: unknown = blob): Promise<void> {
    if (painting === this.#dismissed) return;
    this.#painting = painting;
    await this.#try({ kind: "making", choice: null, blob }, () => imageOf(blob));
  }

  /** Try something before it goes on air. */
  tryChoice(choice: SafeChoice): Promise<void> {
    return this.#try({ kind: "ready", choice }, () => this.#backdropOf(choice));
  }

  /** The preview shows what is on air again. */
  endTrial(): void {
    this.#forgetTrial();
    this.picture?.setTrial(null);
  }

  /** What is tried goes on air. A picture that is still being made goes there as far as it is. */
  async airTrial(): Promise<void> {
    const { trial } = this;
    if (trial?.kind === "ready") await this.choose(trial.choice);
    else if (trial) await this.#air({ kind: "preview" }, () => imageOf(trial.blob));
  }

  isChosen(choice: Choice): boolean {
    return sameChoice(this.choice, choice);
  }

  async #air(choice: OnAir, load: () => Backdrop | Promise<Backdrop>): Promise<void> {
    const turn = ++this.#turn;
    this.choice = choice;
    this.complaint = "";
    // before it has come: a page that is left meanwhile comes back to it
    if (isSafeChoice(choice)) remember("choice", choice);
    try {
      const backdrop = await load();
      const { picture } = this;
      if (turn !== this.#turn || !picture) {
        discard(backdrop);
        return;
      }
      const making = this.trial?.kind === "making";
      const settled = making && this.#trialTrack ? settling(picture) : null;
      picture.setBackdrop(backdrop);
      // it takes over from its own still here as well: both go on from the same moment
      if (making && backdrop.kind === "video") picture.setTrial(backdrop);
      if (settled) void this.#endTrialAfter(settled);
      else this.endTrial();
      this.#before = this.#shown;
      this.#shown = choice;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.choice = this.#shown ?? FALLBACK;
      if (isSafeChoice(this.#shown)) remember("choice", this.#shown);
      this.complaint = error instanceof Error ? error.message : String(error);
    }
  }

  /** Nothing is tried any more; the preview may still show it. */
  #forgetTrial(): void {
    this.#trialTurn += 1;
    this.#dismissed = this.#painting;
    this.trial = null;
  }

  /** What was tried stays in the preview until it is seen on air: between them would be what was there before. */
  async #endTrialAfter(settled: Promise<unknown>): Promise<void> {
    this.#forgetTrial();
    const turn = this.#trialTurn;
    await settled;
    if (turn === this.#trialTurn) this.picture?.setTrial(null);
  }

  async #try(trial: Trial, load: () => TrialBackdrop | Promise<TrialBackdrop>): Promise<void> {
    const turn = ++this.#trialTurn;
    this.complaint = "";
    try {
      const backdrop = await load();
      const { picture } = this;
      if (turn !== this.#trialTurn || !picture) {
        discard(backdrop);
        return;
      }
      this.trial = trial;
      picture.setTrial(backdrop);
    } catch (error) {
      if (turn === this.#trialTurn) this.complaint = error instanceof Error ? error.message : String(error);
    }
  }

  async #backdropOf(choice: SafeChoice): Promise<TrialBackdrop> {
    if (choice.kind === "blur") return choice;
    if (choice.kind === "colour") return { kind: "colour", rgb: rgbOf(choice.hex) };
    const background = await this.#library.fetch(choice.id);
    if (!background) throw new Error("That background is not in the library any more. Choose another.");
    const blob = await this.#api.file(background.image);
    return isVideo(background) ? { kind: "video", blob } : imageOf(blob);
  }

  /** A video that cannot be shown at all is taken back, as a picture that cannot be read is. */
  #hearOfVideo({ message, trial, lost }: VideoTrouble): void {
    notices.show(message, "bad");
    if (!lost) return;
    if (trial) this.endTrial();
    else void this.choose(isSafeChoice(this.#before) ? this.#before : FALLBACK);
  }

  #make(): Picture | null {
    try {
      const picture = createPicture();
      picture.setBackdrop({ kind: "colour", rgb: rgbOf(FALLBACK.hex) });
      picture.setModel(this.model);
      picture.setPace(this.pace);
      this.track = picture.track;
      picture.on("track", (track) => (this.track = track));
      picture.on("trial", (track) => {
        this.#trialTrack = track;
        if (track || !this.trial) return;
        this.endTrial();
        this.complaint =
          "This background could not be shown to you alone. What viewers see went on as it was.";
      });
      picture.on("state", (state) => (this.state = state));
      picture.on("stats", (stats) => (this.stats = stats));
      picture.on("tier", ({ message }) => {
        if (!message) return;
        // what was true of the picture before is not any more
        notices.dismiss(this.#tierNotice);
        this.#tierNotice = notices.show(message);
      });
      picture.on("video", (trouble) => {
        this.#hearOfVideo(trouble);
      });
      return picture;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.complaint = `The picture cannot be worked on in this browser (${why}). Try a current Chrome, Edge, Firefox or Safari.`;
      return null;
    }
  }
}

/** Resolves once the newest backdrop is seen on air; or when it has had its time, whatever is in its way. */
function settling(picture: Picture): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      off();
      clearTimeout(late);
      resolve();
    };
    const off = picture.on("settled", done);
    const late = setTimeout(done, SETTLE_MS);
  });
}

async function imageOf(blob: Blob): Promise<TrialBackdrop> {
  const bitmap = await createImageBitmap(blob).catch(() => {
    throw new Error("That picture could not be read. Choose another.");
  });
  return { kind: "image", bitmap };
}

function discard(backdrop: Backdrop): void {
  if (backdrop.kind === "image") backdrop.bitmap.close();
}
