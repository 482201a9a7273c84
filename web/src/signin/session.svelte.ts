import { ApiError, type Pass } from "../backgrounds/http";
import type { SignInPlace } from "../backgrounds/types";
import { refusal } from "../lib/refusals";
import type { TabStorage } from "../lib/tab-storage";
import { backoff } from "../stage/backoff";
import { awaitTokens, handOver } from "./errand";
import type { Issuer, Journey } from "./issuer";
import { clockComplaint, hostOf, problemOf } from "./problems";
import { bearerOf, keepTokens, keptTokens, renewalOf, type Tokens } from "./tokens";

/**
 * How the creator stands with the issuer.
 *
 * - `looking`: whether they are signed in is being found out. `going`: the page leaves for the issuer's.
 * - `out`: they are to sign in. `in`: they are, and it is renewed as long as the page is there.
 * - `lapsed`: they were, and it could not be renewed. The studio stays as it is: what is on air goes on.
 * - `handed-over`: another tab of the studio has what it needed; this one may go.
 */
export type Standing = "looking" | "going" | "out" | "in" | "lapsed" | "handed-over";

/** What brought the page here. */
export interface Coming {
  /** The address by which the issuer sent the creator back, or null. */
  returned: string | null;
  /** The page was opened to sign in for another one. */
  errand: boolean;
}

/** The tab in which this happens. */
export interface Tab {
  storage: TabStorage;
  /** Whether the storage outlasts the page. */
  lasts: boolean;
  location: Pick<Location, "origin" | "search">;
  /** Leave for another address. */
  leave(address: string): void;
  /** Go to another address in this one's place. */
  move(address: string): void;
}

const BLOCKED =
  "Nobody can sign in while this browser keeps nothing for this site. Allow cookies and site data for it, then reload the page.";
const LOOK_MS = 15_000;
const SPARE_MS = 5_000;
const YOUNG_MS = 30_000;

type Renewal = "renewed" | "refused" | "away";

/** Being signed in by OpenID Connect, for as long as the page is there. */
export class SignIn implements Pass {
  standing = $state<Standing>("looking");
  /** Why the last try came to nothing, in plain words, or "". */
  complaint = $state("");
  /** What is amiss although it worked, or "". */
  warning = $state("");
  /** What the creator is called, or "". */
  name = $state("");
  readonly #place: SignInPlace;
  readonly #tab: Tab;
  /** Called when another tab has signed this one in. */
  readonly #entered: () => void;
  #tokens: Tokens | null = null;
  #issuer: Promise<Issuer> | null = null;
  #renewing: Promise<Renewal> | null = null;
  /** Renewals that came to nothing in a row, and when to try the next, in Unix milliseconds. */
  #failures = 0;
  #due = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(place: SignInPlace, tab: Tab, entered: () => void) {
    this.#place = place;
    this.#tab = tab;
    this.#entered = entered;
    awaitTokens((tokens) => this.#takeOver(tokens));
    globalThis.addEventListener("online", () => {
      if (this.#failures > 0) void this.#renew();
    });
    // who comes back from the issuer's page by the browser's own button finds the page as it was left
    globalThis.addEventListener("pageshow", ({ persisted }) => {
      if (persisted && this.standing === "going") this.#stayOut();
    });
  }

  get bearer(): string | null {
    return this.#tokens ? bearerOf(this.#tokens) : null;
  }

  /** Find out how the creator stands. @returns whether they are in, here and now */
  async arrive({ returned, errand }: Coming): Promise<boolean> {
    if (!this.#tab.lasts) return this.#stayOut(BLOCKED);
    if (returned !== null) return this.#finish(returned);
    if (errand) {
      await this.go(true);
      return false;
    }
    const kept = keptTokens(this.#tab.storage);
    if (!kept) return this.#stayOut();
    this.#take(kept);
    const renewal = kept.expires > Date.now() ? "renewed" : await this.#renew();
    if (renewal === "renewed") return true;
    const complaint = this.complaint;
    this.#forget();
    // for the next load of the page, when the issuer is back
    if (renewal === "away") keepTokens(kept, this.#tab.storage);
    return this.#stayOut(complaint);
  }

  /** Go to the issuer's page; as an errand, for another tab. */
  async go(errand = false): Promise<void> {
    this.standing = "going";
    this.complaint = "";
    try {
      const journey: Journey = { query: this.#tab.location.search, errand };
      this.#tab.leave(await (await this.#load()).begin(journey));
    } catch (error) {
      this.#stayOut(problemOf(error, this.#place.issuer).message);
    }
  }

  /** Sign out, here and at the issuer's, and leave the page. */
  async end(): Promise<void> {
    const tokens = this.#tokens;
    this.#forget();
    this.standing = "going";
    const address = tokens
      ? await this.#load()
          .then((issuer) => issuer.end(tokens))
          .catch(() => null)
      : null;
    this.#tab.leave(address ?? "/");
  }

  /** Be the studio after all, in the tab that was opened to sign in for another. */
  stay(): void {
    this.standing = "in";
    this.#plan();
    if (this.#tokens) keepTokens(this.#tokens, this.#tab.storage);
    this.#entered();
  }

  async ready(): Promise<void> {
    const tokens = this.#tokens;
    if (!tokens) throw new ApiError(refusal(401), 401);
    const left = tokens.expires - Date.now();
    if (left > Math.min(SPARE_MS, tokens.lasts / 10)) return;
    const renewal = this.standing === "lapsed" ? "refused" : await this.#renew();
    if (renewal === "renewed" || tokens.expires > Date.now()) return;
    throw renewal === "away"
      ? new ApiError(`Your sign-in has to be renewed first. ${this.complaint}`, 0)
      : new ApiError(refusal(401), 401);
  }

  async refused(bearer: string): Promise<boolean> {
    if (bearer !== this.bearer) return this.bearer !== null;
    const tokens = this.#tokens;
    // a new one would be refused as well
    const young = tokens !== null && Date.now() - (tokens.expires - tokens.lasts) < YOUNG_MS;
    if (young) this.#lapse();
    return !young && this.standing !== "lapsed" && (await this.#renew()) === "renewed";
  }

  async #finish(returned: string): Promise<boolean> {
    try {
      const { tokens, journey, issued } = await (await this.#load()).finish(returned);
      if (issued !== null) this.warning = clockComplaint(issued, Date.now());
      this.#take(tokens, !journey.errand);
      if (journey.errand && (await handOver(tokens))) {
        clearTimeout(this.#timer);
        // a tab that a script opens begins with what the one before keeps
        keepTokens(null, this.#tab.storage);
        this.standing = "handed-over";
        return false;
      }
      keepTokens(tokens, this.#tab.storage);
      if (journey.query === this.#tab.location.search) return true;
      this.standing = "looking";
      this.#tab.move(journey.query.startsWith("?") ? `/${journey.query}` : "/");
      return false;
    } catch (error) {
      return this.#stayOut(problemOf(error, this.#place.issuer).message);
    }
  }

  #stayOut(complaint = ""): false {
    this.standing = this.#tokens ? "lapsed" : "out";
    this.complaint = complaint;
    return false;
  }

  #takeOver(tokens: Tokens): boolean {
    const { standing } = this;
    if (standing !== "lapsed" && standing !== "out") return false;
    this.#take(tokens);
    if (standing === "out") this.#entered();
    return true;
  }

  #take(tokens: Tokens, keep = true): void {
    this.#tokens = tokens;
    this.#failures = 0;
    this.#due = renewalOf(tokens);
    this.standing = "in";
    this.complaint = "";
    this.name = tokens.name;
    if (keep) keepTokens(tokens, this.#tab.storage);
    this.#plan();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#tokens = null;
    this.#due = Infinity;
    keepTokens(null, this.#tab.storage);
  }

  #lapse(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
    if (this.standing === "in") this.standing = "lapsed";
  }

  /** A machine that slept has not counted the time, so the clock is looked at every now and then. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#due === Infinity) return;
    const ms = Math.max(0, Math.min(LOOK_MS, this.#due - Date.now()));
    this.#timer = setTimeout(() => {
      if (Date.now() >= this.#due) void this.#renew();
      else this.#plan();
    }, ms);
  }

  #renew(): Promise<Renewal> {
    this.#renewing ??= this.#tryToRenew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #tryToRenew(): Promise<Renewal> {
    const tokens = this.#tokens;
    if (!tokens?.refresh) {
      this.#lapse();
      return "refused";
    }
    try {
      const renewed = await (await this.#load()).renew(tokens);
      // signed out, or in by another tab, meanwhile
      if (this.#tokens === tokens) this.#take(renewed);
      return "renewed";
    } catch (error) {
      if (this.#tokens !== tokens) return "refused";
      const { message, passes } = problemOf(error, this.#place.issuer);
      this.complaint = message;
      if (!passes) {
        this.#lapse();
        return "refused";
      }
      this.#failures += 1;
      this.#due = Date.now() + backoff(this.#failures) * 4;
      this.#plan();
      return "away";
    }
  }

  /** The client of the issuer, which not every studio needs. */
  #load(): Promise<Issuer> {
    this.#issuer ??= import("./issuer").then(
      ({ Issuer }) => new Issuer(this.#place, `${this.#tab.location.origin}/`, this.#tab.storage),
    );
    // one that did not come is asked for again
    this.#issuer.catch(() => (this.#issuer = null));
    return this.#issuer;
  }

  /** Where one signs in, for people. */
  get host(): string {
    return hostOf(this.#place.issuer);
  }
}
