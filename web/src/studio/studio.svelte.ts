import { Album } from "../backgrounds/album";
import { Api } from "../backgrounds/api";
import { inWords } from "../backgrounds/http";
import { Library } from "../backgrounds/library.svelte";
import { fitting } from "../backgrounds/shrink";
import { Shelf } from "../backgrounds/shelf.svelte";
import type { Background, Config, Features, SignInPlace } from "../backgrounds/types";
import { uploadComplaint, type UploadBounds } from "../backgrounds/uploads";
import { confirmation } from "../lib/confirmation.svelte";
import type { Arrival } from "../lib/key";
import { notices } from "../lib/notices.svelte";
import { isBoolean, recall, remember } from "../lib/prefs";
import { tab } from "../lib/tab-storage";
import { ERRAND } from "../signin/errand";
import { SignIn, type Coming } from "../signin/session.svelte";
import { isIvsPlace, isMisplaced, ivsPlace } from "../stage/place";
import { publishComplaint, readToken } from "../stage/token";
import type { Participant } from "../stage/types";
import type { Choice } from "./choice";
import { Commission, type Client } from "./commission.svelte";
import { Curator } from "./curator.svelte";
import { Devices } from "./devices.svelte";
import { Engines } from "./engine/engines.svelte";
import { Level } from "./level.svelte";
import { Live } from "./live.svelte";
import { Looks } from "./looks.svelte";
import { keepToken, takeToken } from "./moving";
import { Recorder } from "./recorder.svelte";
import { Scene } from "./scene.svelte";
import type { Stand } from "./stand";
import { ViewerLink } from "./viewerlink.svelte";

/** The studio's parts, and what goes across them. */
export class Studio implements Client {
  readonly devices = new Devices();
  readonly level = new Level();
  readonly library: Library;
  readonly shelf: Shelf;
  readonly curator: Curator;
  readonly commission: Commission;
  /** The camera's picture, made in this page. */
  readonly own: Scene;
  readonly engines: Engines;
  readonly looks: Looks;
  readonly live: Live;
  readonly link: ViewerLink;
  readonly recorder: Recorder;
  readonly api: Api;
  /** Null where nobody signs in. */
  signIn = $state.raw<SignIn | null>(null);
  /** Whether the creator has come in, so that there is a studio to show. */
  entered = $state(false);
  /** Whether it was opened by an invitation: the library, the links and the stage are the host's. */
  readonly guest: boolean;
  /** What the guest is called on the stage. */
  guestName = $state("");
  config = $state.raw<Config | null>(null);
  /** Why the studio cannot work at all, such as a missing key. */
  trouble = $state("");
  mirror = $state(recall("mirror", true, isBoolean));
  /** Whether the figures are shown over the preview. */
  figures = $state(recall("figures", false, isBoolean));
  uploading = $state(false);
  /** A token that the page moved for. It is used as soon as there is a picture to show. */
  waiting = $state("");
  readonly #arrival: Arrival;
  readonly #coming: Coming;

  constructor(arrival: Arrival, coming: Coming = { returned: null, errand: false }) {
    this.#arrival = arrival;
    this.#coming = coming;
    this.guest = arrival.guest;
    this.api = new Api({ bearer: arrival.guest ? arrival.token : arrival.key });
    this.library = new Library(this.api, arrival.guest ? new Album(tab.storage) : null);
    this.shelf = new Shelf(this.api, this.library);
    this.curator = new Curator(this.api, this.library, this.shelf);
    this.own = new Scene(this.api, this.library);
    this.engines = new Engines(this.api);
    this.looks = new Looks(
      this.own,
      () => this.scene,
      (choice) => this.choose(choice),
    );
    this.commission = new Commission(this);
    this.link = new ViewerLink(this.api);
    this.live = new Live(this.api);
    this.recorder = new Recorder(this.api, this.link);
  }

  /** Whether the stage that we go live on is this server's own. */
  get hosting(): boolean {
    return !this.guest && this.config?.stage_backend === "local";
  }

  /** Whether that stage can be recorded. */
  get records(): boolean {
    return this.hosting && this.can("recording");
  }

  /** Whether others can be invited onto it. */
  get invites(): boolean {
    return this.hosting && this.can("guests");
  }

  /** Whether this studio has a feature. */
  can(feature: keyof Features): boolean {
    return this.config?.features[feature] ?? false;
  }

  get uploads(): UploadBounds {
    // before it is known, the server says what it does not take
    const { limits, features } = this.config ?? {};
    return { bytes: limits?.upload_bytes ?? Infinity, videos: features?.videos ?? true };
  }

  /** What the creator stands in: an engine's picture, where one was chosen, else the camera's. */
  get scene(): Stand {
    return this.engines.chosen ?? this.own;
  }

  /** What goes to the stage: the finished picture and the microphone, never the camera. */
  get tracks(): MediaStreamTrack[] {
    return [this.own.track, this.devices.microphone.track].filter((track) => track !== null);
  }

  get muted(): { audio: boolean; video: boolean } {
    return {
      audio: this.devices.muted || !this.devices.microphone.track,
      video: this.devices.camera.state === "off",
    };
  }

  get generator(): string {
    return this.config?.generator ?? "";
  }

  get cameraSize(): { width?: number | undefined; height?: number | undefined } {
    const told = this.engines.chosen?.told;
    if (told) return told.width > 0 ? told : {};
    return this.devices.camera.track?.getSettings() ?? {};
  }

  async arrive(): Promise<void> {
    try {
      this.config = await this.api.config();
    } catch (error) {
      this.#enter(inWords(error));
      return;
    }
    const { sign_in, stage_backend } = this.config;
    if (sign_in && !this.guest && !(await this.#signIn(sign_in))) return;
    const complaint = this.#complaint(this.config);
    if (complaint) {
      this.#enter(complaint);
      return;
    }
    if (stage_backend === "ivs" && !isIvsPlace(location)) {
      location.replace(ivsPlace(location));
      return;
    }
    this.#enter("");
    this.commission.painting.recallUsual(this.generator);
    const fetching = this.library.load().then(() => this.own.resume());
    await Promise.all(this.guest ? [fetching] : [fetching, this.link.renew()]);
    if (isIvsPlace(location)) this.waiting = takeToken();
    const look = () => void this.lookForEngines();
    look();
    // the creator comes back, as from starting one
    addEventListener("focus", look);
    if (this.records) await this.recorder.look();
  }

  /** Sign in again, in another tab: this one stays as it is. */
  async signInAgain(): Promise<void> {
    const opened = open(ERRAND);
    if (opened) {
      opened.opener = null;
      return;
    }
    if (!this.live.on) await this.signIn?.go();
    const complaint = this.live.on
      ? "Your browser opened no other tab. Allow pop-ups for this page, or leave the stage first."
      : this.signIn?.complaint;
    if (complaint) notices.show(complaint, "bad");
  }

  /** Leave the stage, and the studio. */
  async signOut(): Promise<void> {
    const sure = await confirmation.ask({
      title: "Sign out?",
      text: this.live.on
        ? "You leave the stage: your viewers will see that the stream has ended."
        : "Your backgrounds are kept for when you sign in again.",
      yes: "Sign out",
      no: this.live.on ? "Stay live" : "Stay",
    });
    if (!sure) return;
    if (this.live.on) await this.live.leave();
    await this.signIn?.end();
  }

  /** Which engines run is the creator's business. */
  async lookForEngines(): Promise<void> {
    if (!this.guest && this.can("engines") && this.trouble === "") await this.engines.refresh();
  }

  /** Let go of camera and microphone, and take an engine in their place. It goes live by itself. */
  useEngine(id: string): void {
    if (this.live.on) {
      notices.show("Leave the stage first: an engine goes live by itself.", "bad");
      return;
    }
    this.own.endTrial();
    this.devices.lend();
    this.engines.choose(id, this.hosting);
  }

  /** Take this camera, also instead of an engine; camera and microphone are then as they were before it. */
  async useCamera(id: string): Promise<void> {
    const { camera } = this.devices;
    const engine = this.engines.chosen !== null;
    this.engines.leave();
    await camera.pick(id);
    if (engine) await this.devices.takeBack();
  }

  /** A file was dropped: a look, or else a picture. */
  take(file: File): Promise<void> {
    const isLook = file.type === "application/json" || file.name.toLowerCase().endsWith(".json");
    return isLook ? this.looks.import(file) : this.upload(file);
  }

  async upload(file: File): Promise<void> {
    if (this.uploading) return;
    this.uploading = true;
    try {
      const sent = await fitting(file, this.uploads.bytes);
      const complaint = uploadComplaint({ name: file.name, type: sent.type, size: sent.size }, this.uploads);
      if (complaint) {
        notices.show(complaint, "bad");
        return;
      }
      const background = await this.api.upload(sent, file.name);
      this.keep(background);
      await this.choose({ kind: "background", id: background.id });
      notices.show(`You stand in front of ${file.name}.`, "good");
    } catch (error) {
      notices.show(inWords(error), "bad");
    } finally {
      this.uploading = false;
    }
  }

  keep(background: Background): void {
    this.library.add(background);
    this.shelf.add(background.id);
  }

  /** Have more painted of what made this background. */
  again(background: Background): Promise<void> {
    return this.commission.again(background, this.library.nextSeed(background));
  }

  /** Change the backdrop; showing the room to an audience is asked about first. */
  async choose(choice: Choice): Promise<void> {
    if (choice.kind === "none" && this.live.on && !(await this.#mayShowRoom())) return;
    await this.scene.choose(choice);
    if (this.scene.complaint) notices.show(this.scene.complaint, "bad");
  }

  step(by: 1 | -1): void {
    const { list } = this.library;
    if (list.length === 0) return;
    const { choice } = this.scene;
    const at =
      choice.kind === "background" ? list.findIndex(({ id }) => id === choice.id) : by === 1 ? -1 : 0;
    const next = list.at((at + by + list.length) % list.length);
    if (next) void this.choose({ kind: "background", id: next.id });
  }

  async goLive(): Promise<void> {
    if (this.scene.choice.kind === "none" && !(await this.#mayShowRoom())) return;
    const arrival = this.#arrival;
    if (arrival.guest) await this.live.accept(arrival.token);
    else await Promise.all([this.live.start(), this.link.renew()]);
    if (!this.live.on && this.live.message) notices.show(this.live.message, "bad");
  }

  /** Join the stage that a pasted token is for; the page may have to move for that. @returns why not, or "" */
  async joinElsewhere(token: string): Promise<string> {
    const complaint = publishComplaint(token);
    if (complaint) return complaint;
    if (isMisplaced(token, location)) {
      keepToken(token);
      location.replace(ivsPlace(location));
      return "";
    }
    if (this.scene.choice.kind === "none" && !(await this.#mayShowRoom())) return "";
    return this.live.join(token);
  }

  /** Go on with what the page moved for. It starts with a background, so that nobody sees the room by that. */
  async joinWaiting(): Promise<void> {
    const token = this.waiting;
    this.waiting = "";
    const complaint = await this.joinElsewhere(token);
    if (complaint) notices.show(complaint, "bad");
  }

  async toggleLive(): Promise<void> {
    if (!this.live.on) return this.goLive();
    const sure = await confirmation.ask({
      title: "Leave the stage?",
      text: this.guest
        ? "The others go on without you. You can join again by the same link."
        : "Your viewers will see that the stream has ended.",
      yes: "Leave",
      no: "Stay live",
    });
    if (sure) await this.live.leave();
  }

  /** Send somebody away from our stage; asked about first. */
  async remove({ id, userId }: Participant): Promise<void> {
    const name = userId || "this guest";
    const sure = await confirmation.ask({
      title: `Remove ${name}?`,
      text: "They leave the stage at once, and their invitation is worth nothing from then on.",
      yes: "Remove",
      no: "Keep",
    });
    if (!sure) return;
    try {
      await this.api.removeParticipant(this.link.stage, id);
    } catch (error) {
      notices.show(inWords(error), "bad");
    }
  }

  toggleMirror(): void {
    this.mirror = !this.mirror;
    remember("mirror", this.mirror);
  }

  toggleFigures(): void {
    this.figures = !this.figures;
    remember("figures", this.figures);
  }

  /** Show the studio, with what keeps it from working, or "". */
  #enter(trouble: string): void {
    this.trouble = trouble;
    if (this.entered) return;
    this.entered = true;
    void this.devices.arrive();
  }

  /** Why whoever opened this studio cannot use it, or "". */
  #complaint({ key_needed }: Config): string {
    const arrival = this.#arrival;
    if (!arrival.guest)
      return key_needed && arrival.key === null && !this.signIn
        ? "This studio wants its key. Open the link that the server printed when it started: it ends in #key=…"
        : "";
    try {
      this.guestName = readToken(arrival.token).userId;
      return "";
    } catch (error) {
      return `You were invited, but: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** @returns whether the creator is signed in */
  async #signIn(place: SignInPlace): Promise<boolean> {
    if (this.signIn) return this.signIn.bearer !== null;
    const here = {
      ...tab,
      location,
      leave: (address: string) => {
        location.assign(address);
      },
      move: (address: string) => {
        location.replace(address);
      },
    };
    const signIn = new SignIn(place, here, () => void this.arrive());
    this.signIn = signIn;
    this.api.present(signIn);
    const isIn = await signIn.arrive(this.#coming);
    if (signIn.warning) notices.show(signIn.warning, "bad");
    return isIn;
  }

  #mayShowRoom(): Promise<boolean> {
    return confirmation.ask({
      title: "Show your room?",
      text: "With no background, viewers see your room just as the camera sees it.",
      yes: "Show my room",
      no: "Keep it hidden",
    });
  }
}
