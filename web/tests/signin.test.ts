import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Api } from "../src/backgrounds/api";
import { openStorage, type TabStorage } from "../src/lib/tab-storage";
import { takeErrand } from "../src/signin/errand";
import { takeReturn } from "../src/signin/returned";
import { SignIn, type Coming } from "../src/signin/session.svelte";
import { FakeIssuer, PLACE } from "./fakes/oidc";
import { FakePage } from "./fakes/page";

const HOME = "https://studio.example";
const HERE: Coming = { returned: null, errand: false };

class FakeStorage implements TabStorage {
  readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

/** A browser's tab: what it keeps, and where its page went. */
class FakeTab {
  readonly storage = new FakeStorage();
  lasts = true;
  location = { origin: HOME, search: "" };
  readonly left: string[] = [];
  readonly moved: string[] = [];
  leave = (address: string) => void this.left.push(address);
  move = (address: string) => void this.moved.push(address);
}

const SECONDS = 1000;
const HOUR = 3600 * SECONDS;

describe("signing in", () => {
  let page: FakePage;
  let issuer: FakeIssuer;
  let tab: FakeTab;
  let studio: (input: string, init: RequestInit) => Response;
  const entered = vi.fn();
  const channels: BroadcastChannel[] = [];
  const Channel = globalThis.BroadcastChannel;

  beforeEach(() => {
    // a page's own end with it
    class OfThisTest extends Channel {
      constructor(name: string) {
        super(name);
        channels.push(this);
      }
    }
    vi.stubGlobal("BroadcastChannel", OfThisTest);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    page = new FakePage();
    page.install();
    issuer = new FakeIssuer();
    tab = new FakeTab();
    studio = () => Response.json({ backgrounds: [] });
    entered.mockReset();
    vi.stubGlobal("fetch", (input: string | URL, init: RequestInit = {}) =>
      String(input).startsWith("/")
        ? Promise.resolve(studio(String(input), init))
        : issuer.fetch(input, init),
    );
  });
  afterEach(() => {
    for (const channel of channels.splice(0)) channel.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const opened = () => new SignIn(PLACE, tab, entered);

  /** Sign in from the start, and come back to a page that begins anew. */
  const signedIn = async (): Promise<SignIn> => {
    const before = opened();
    await before.arrive(HERE);
    await before.go();
    const after = opened();
    expect(await after.arrive({ returned: issuer.signIn(tab.left.at(-1) ?? ""), errand: false })).toBe(true);
    return after;
  };
  /** What the studio's requests show. */
  const shown = async (signIn: SignIn): Promise<string | null> => {
    let header: string | null = null;
    studio = (_, { headers }) => {
      header = new Headers(headers).get("Authorization");
      return Response.json({ backgrounds: [] });
    };
    await new Api(signIn).backgrounds();
    return header;
  };
  const claimsOf = (bearer: string | null) =>
    JSON.parse(atob(bearer?.split(".")[1] ?? "")) as Record<string, unknown>;

  it("goes to the issuer's page and comes back with tokens, which requests show", async () => {
    const before = opened();
    expect(await before.arrive(HERE)).toBe(false);
    expect(before.standing).toBe("out");
    await before.go();
    expect(before.standing).toBe("going");
    const asked = new URL(tab.left[0] ?? "").searchParams;
    expect(asked.get("redirect_uri")).toBe(`${HOME}/`);
    expect(asked.get("scope")).toBe("openid email");

    const after = opened();
    expect(await after.arrive({ returned: issuer.signIn(tab.left[0] ?? ""), errand: false })).toBe(true);
    expect(after.standing).toBe("in");
    expect(after.name).toBe("ann@example.com");
    expect(after.warning).toBe("");
    expect(await shown(after)).toBe(`Bearer ${after.bearer ?? ""}`);
    expect(claimsOf(after.bearer)).toMatchObject({ sub: "ann" });
  });

  it("goes back to the place in the studio that was left", async () => {
    tab.location.search = "?stage=ivs";
    await opened().go();
    tab.location.search = "";
    const after = opened();
    expect(await after.arrive({ returned: issuer.signIn(tab.left[0] ?? ""), errand: false })).toBe(false);
    expect(tab.moved).toEqual(["/?stage=ivs"]);
    // where it is known at once who is there
    tab.location.search = "?stage=ivs";
    const there = opened();
    expect(await there.arrive(HERE)).toBe(true);
    expect(there.bearer).toBe(after.bearer);
  });

  it("is kept for a reload, in this tab", async () => {
    const { bearer } = await signedIn();
    const again = opened();
    expect(await again.arrive(HERE)).toBe(true);
    expect(again.bearer).toBe(bearer);
    tab = new FakeTab();
    expect(await opened().arrive(HERE)).toBe(false);
  });

  it("shows the id token where the access token is for the issuer alone", async () => {
    issuer.gives.opaque = true;
    expect(claimsOf((await signedIn()).bearer)).toMatchObject({ email: "ann@example.com" });
  });

  it("shows no token to what anybody is served", async () => {
    const api = new Api(await signedIn());
    const headers: (string | null)[] = [];
    studio = (_, init) => {
      headers.push(new Headers(init.headers).get("Authorization"));
      return Response.json({});
    };
    await api.config();
    await api.file("/library/b1/image.png");
    expect(headers).toEqual([null, null]);
    expect(api.open("/library/b1/thumbnail.webp")).toBe(true);
    expect(api.open("/backgrounds/b1/thumbnail")).toBe(false);
  });

  describe("that is interrupted", () => {
    const complaint = async (returned: string): Promise<string> => {
      const back = opened();
      expect(await back.arrive({ returned, errand: false })).toBe(false);
      expect(back.standing).toBe("out");
      return back.complaint;
    };

    beforeEach(async () => {
      await opened().go();
    });

    it.each([
      ["access_denied", "cancelled, or this studio is not for you"],
      ["server_error", "a problem of its own"],
      ["invalid_scope", "does not know this studio as it should (invalid_scope)"],
    ])("by %s says so", async (error, words) => {
      expect(await complaint(issuer.turnAway(tab.left[0] ?? "", error))).toContain(words);
    });

    it("comes back once: an address that is opened again is worth nothing", async () => {
      const returned = issuer.signIn(tab.left[0] ?? "");
      expect(await opened().arrive({ returned, errand: false })).toBe(true);
      expect(await complaint(returned)).toContain("too long ago");
    });

    it("by coming back in another tab says to begin again", async () => {
      const returned = issuer.signIn(tab.left[0] ?? "");
      tab = new FakeTab();
      expect(await complaint(returned)).toContain("another tab");
    });

    it("by words that nobody was asked for shows none of them", async () => {
      const returned = `${HOME}/?error=Call+0900-FRAUD&error_description=now&state=x`;
      expect(await complaint(returned)).not.toMatch(/FRAUD|now/);
    });

    it("by a code that is not taken says to sign in once more", async () => {
      issuer.refusal = "invalid_grant";
      expect(await complaint(issuer.signIn(tab.left[0] ?? ""))).toContain("Sign in once more");
    });

    it("by an issuer that is not reached says who does not answer", async () => {
      const returned = issuer.signIn(tab.left[0] ?? "");
      issuer.away = true;
      expect(await complaint(returned)).toContain("issuer.example, where you sign in, does not answer.");
    });
  });

  it("says that the issuer does not answer before the page is left", async () => {
    issuer.away = true;
    const signIn = opened();
    await signIn.go();
    expect(tab.left).toEqual([]);
    expect(signIn.standing).toBe("out");
    expect(signIn.complaint).toContain("does not answer");
  });

  it("says so where the browser keeps nothing for the site", async () => {
    const { storage, lasts } = openStorage(() => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    });
    storage.setItem("a", "1");
    expect([storage.getItem("a"), lasts]).toEqual(["1", false]);
    tab.lasts = lasts;
    const signIn = opened();
    expect(await signIn.arrive(HERE)).toBe(false);
    expect(signIn.complaint).toContain("Allow cookies and site data");
  });

  it("warns of a clock that is off, and lets one in all the same", async () => {
    issuer.slow = 20 * 60 * SECONDS;
    expect((await signedIn()).warning).toContain("20 minutes fast");
  });

  it("can be begun again by whoever comes back with the browser's own button", async () => {
    const signIn = opened();
    await signIn.go();
    page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(signIn.standing).toBe("out");
  });

  describe("is renewed", () => {
    it("some minutes before it runs out, for as long as the page is there", async () => {
      const signIn = await signedIn();
      const { bearer } = signIn;
      await vi.advanceTimersByTimeAsync(54 * 60 * SECONDS);
      expect(signIn.bearer).toBe(bearer);
      await vi.advanceTimersByTimeAsync(90 * SECONDS);
      expect(issuer.renewals).toBe(1);
      expect(signIn.bearer).not.toBe(bearer);
      await vi.advanceTimersByTimeAsync(10 * HOUR);
      expect(issuer.renewals).toBeGreaterThanOrEqual(10);
      expect(signIn.standing).toBe("in");
      // also for the page that comes after a reload
      const again = opened();
      await again.arrive(HERE);
      expect(again.bearer).toBe(signIn.bearer);
    });

    it("for the first request after the machine has slept, and once for all of them", async () => {
      const signIn = await signedIn();
      const { bearer } = signIn;
      vi.setSystemTime(Date.now() + 8 * HOUR);
      const [one, two] = await Promise.all([shown(signIn), shown(signIn)]);
      expect(issuer.renewals).toBe(1);
      expect(new Set([one, two, `Bearer ${bearer ?? ""}`]).size).toBeGreaterThan(1);
    });

    it("as soon as the network is back, when it was gone", async () => {
      const signIn = await signedIn();
      issuer.away = true;
      await vi.advanceTimersByTimeAsync(56 * 60 * SECONDS);
      expect(issuer.renewals).toBe(0);
      expect(signIn.standing).toBe("in");
      issuer.away = false;
      page.window.dispatchEvent(new Event("online"));
      await vi.advanceTimersByTimeAsync(0);
      expect(issuer.renewals).toBe(1);
    });

    it("again and again while the issuer is away, also after it ran out", async () => {
      const signIn = await signedIn();
      issuer.away = true;
      await vi.advanceTimersByTimeAsync(2 * HOUR);
      expect(signIn.standing).toBe("in");
      await expect(new Api(signIn).backgrounds()).rejects.toThrow("issuer.example, where you sign in");
      issuer.away = false;
      await vi.advanceTimersByTimeAsync(60 * SECONDS);
      expect(issuer.renewals).toBe(1);
      await shown(signIn);
    });

    it("when the studio refuses what was good by our clock, and the request is made again", async () => {
      const signIn = await signedIn();
      await vi.advanceTimersByTimeAsync(10 * 60 * SECONDS);
      const { bearer } = signIn;
      studio = (_, { headers }) =>
        new Headers(headers).get("Authorization") === `Bearer ${bearer ?? ""}`
          ? Response.json({ message: "Unauthorized" }, { status: 401 })
          : Response.json({ backgrounds: ["b"] });
      expect(await new Api(signIn).backgrounds()).toEqual({ backgrounds: ["b"] });
      expect(issuer.renewals).toBe(1);
      expect(signIn.standing).toBe("in");
    });
  });

  describe("that cannot be renewed", () => {
    it("lapses in words, is good until it runs out, and leaves the page as it is", async () => {
      const signIn = await signedIn();
      issuer.refusal = "invalid_grant";
      await vi.advanceTimersByTimeAsync(56 * 60 * SECONDS);
      expect(signIn.standing).toBe("lapsed");
      await shown(signIn);
      await vi.advanceTimersByTimeAsync(10 * 60 * SECONDS);
      await expect(new Api(signIn).backgrounds()).rejects.toMatchObject({
        status: 401,
        message: expect.stringContaining("Sign in again") as string,
      });
      expect(tab.moved).toEqual([]);
      expect(tab.left).toHaveLength(1);
    });

    it("lapses where the issuer gave nothing to renew it with", async () => {
      issuer.gives.refresh = false;
      const signIn = await signedIn();
      await vi.advanceTimersByTimeAsync(HOUR);
      expect(signIn.standing).toBe("lapsed");
    });

    it("lapses where the studio refuses one that is new, and asks for no other", async () => {
      const signIn = await signedIn();
      studio = () => Response.json({ message: "Unauthorized" }, { status: 401 });
      await expect(new Api(signIn).backgrounds()).rejects.toMatchObject({ status: 401 });
      expect(signIn.standing).toBe("lapsed");
      expect(issuer.renewals).toBe(0);
    });

    it("is asked for at the door after a reload", async () => {
      await signedIn();
      issuer.refusal = "invalid_grant";
      vi.setSystemTime(Date.now() + 2 * HOUR);
      const again = opened();
      expect(await again.arrive(HERE)).toBe(false);
      expect(again.standing).toBe("out");
      expect(again.bearer).toBeNull();
    });

    it("is not lost by a reload while the issuer is away", async () => {
      await signedIn();
      issuer.away = true;
      vi.setSystemTime(Date.now() + 2 * HOUR);
      const away = opened();
      expect(await away.arrive(HERE)).toBe(false);
      expect(away.complaint).toContain("does not answer");
      issuer.away = false;
      expect(await opened().arrive(HERE)).toBe(true);
    });

    it("is lapsed still for whoever comes back from the issuer's page by the browser's own button", async () => {
      issuer.gives.refresh = false;
      const signIn = await signedIn();
      await vi.advanceTimersByTimeAsync(HOUR);
      await signIn.go();
      expect(signIn.standing).toBe("going");
      page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
      expect(signIn.standing).toBe("lapsed");
    });

    it("goes on with what another tab hands over", async () => {
      const lapsed = await signedIn();
      issuer.refusal = "invalid_grant";
      await vi.advanceTimersByTimeAsync(56 * 60 * SECONDS);
      issuer.refusal = "";
      const live = tab;

      tab = new FakeTab();
      await opened().arrive({ returned: null, errand: true });
      const errand = opened();
      const arriving = errand.arrive({ returned: issuer.signIn(tab.left[0] ?? ""), errand: false });
      await vi.waitFor(() => {
        expect(lapsed.standing).toBe("in");
      });
      expect(await arriving).toBe(false);
      expect(errand.standing).toBe("handed-over");
      expect(lapsed.bearer).toBe(errand.bearer);
      expect(live.left).toHaveLength(1);
      expect(tab.storage.kept.has("cyclorama.signed-in")).toBe(false);
      expect(entered).not.toHaveBeenCalled();
      // and is renewed from then on
      await vi.advanceTimersByTimeAsync(56 * 60 * SECONDS);
      expect(issuer.renewals).toBe(1);
    });
  });

  it("is of use to the tab that was opened for it where no other waits any more", async () => {
    await opened().arrive({ returned: null, errand: true });
    const errand = opened();
    const arriving = errand.arrive({ returned: issuer.signIn(tab.left[0] ?? ""), errand: false });
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(500);
      expect(errand.standing).toBe("in");
      expect(vi.getTimerCount()).toBe(1);
    });
    expect(await arriving).toBe(true);
  });

  describe("ends", () => {
    it("at Cognito's by a way of its own", async () => {
      const { issuer: before } = PLACE;
      PLACE.issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool";
      const signIn = await signedIn();
      await signIn.end();
      PLACE.issuer = before;
      expect(tab.left[1]).toBe(
        "https://login.issuer.example/logout?client_id=studio&logout_uri=https%3A%2F%2Fstudio.example%2F",
      );
    });

    it("here and at the issuer's, with what OpenID Connect has for it", async () => {
      const signIn = await signedIn();
      await signIn.end();
      expect(issuer.revoked).toHaveLength(1);
      expect(tab.storage.kept.size).toBe(1);
      expect(signIn.bearer).toBeNull();
      const address = new URL(tab.left[1] ?? "");
      expect(address.pathname).toBe("/end");
      expect(address.searchParams.get("post_logout_redirect_uri")).toBe(`${HOME}/`);
      await vi.advanceTimersByTimeAsync(2 * HOUR);
      expect(issuer.renewals).toBe(0);
    });

    it("here, where the issuer has no place for that or does not answer", async () => {
      issuer.gives.endSession = false;
      const signIn = await signedIn();
      await signIn.end();
      expect(tab.left[1]).toBe("/");
      const other = await signedIn();
      issuer.away = true;
      await other.end();
      expect(tab.left.at(-1)).toBe("/");
      expect(await opened().arrive(HERE)).toBe(false);
    });
  });
});

describe("the address that the issuer sends back to", () => {
  const at = (search: string, hash = "") => ({
    href: `${HOME}/${search}${hash}`,
    pathname: "/",
    search,
    hash,
  });

  it("is taken out of the address bar at once", () => {
    const history = { replaceState: vi.fn() };
    const returned = takeReturn(at("?stage=ivs&code=abc&state=s&session_state=x", "#a"), history);
    expect(returned).toContain("code=abc");
    expect(history.replaceState).toHaveBeenCalledExactlyOnceWith(null, "", "/?stage=ivs#a");
  });

  it("is one with a state, and a code or an error", () => {
    const history = { replaceState: vi.fn() };
    expect(takeReturn(at("?error=access_denied&state=s"), history)).not.toBeNull();
    for (const search of ["", "?stage=ivs", "?code=abc", "?state=s"])
      expect(takeReturn(at(search), history)).toBeNull();
    expect(history.replaceState).toHaveBeenCalledOnce();
  });

  it("is not the one of an errand, which its fragment tells", () => {
    const history = { replaceState: vi.fn() };
    expect(takeErrand(at("", "#sign-in"), history)).toBe(true);
    expect(history.replaceState).toHaveBeenCalledExactlyOnceWith(null, "", "/");
    expect(takeErrand(at("", "#key=a"), history)).toBe(false);
  });
});
