/** OpenID Connect: the authorization code with PKCE. Loaded only where there is somebody to sign in with. */
import { OidcClient, type SigninResponse, type StateStore } from "oidc-client-ts";

import type { SignInPlace } from "../backgrounds/types";
import type { TabStorage } from "../lib/tab-storage";
import type { Tokens } from "./tokens";

/** What is taken along to the issuer's page and back. */
export interface Journey {
  /** The query of the studio's page that was left, such as `?stage=ivs`. */
  query: string;
  /** It is for another tab of the studio. */
  errand: boolean;
}

export interface Arrived {
  tokens: Tokens;
  journey: Journey;
  /** Unix milliseconds by the issuer's clock; null where it does not say. */
  issued: number | null;
}

/** What signing in needs of an issuer. Every method rejects with what `problemOf` puts into words. */
export class Issuer {
  readonly #client: OidcClient;
  readonly #place: SignInPlace;
  readonly #home: string;

  /** `home` is the address of the studio, as it is registered there. */
  constructor(place: SignInPlace, home: string, storage: TabStorage) {
    this.#place = place;
    this.#home = home;
    this.#client = new OidcClient({
      authority: place.issuer,
      client_id: place.client_id,
      scope: place.scope,
      redirect_uri: home,
      requestTimeoutInSeconds: 20,
      // nothing of it comes with a fragment or a cookie of ours
      response_mode: "query",
      fetchRequestCredentials: "omit",
      stateStore: new States(storage),
    });
  }

  /** @returns the address at which to sign in */
  async begin(journey: Journey): Promise<string> {
    return (await this.#client.createSigninRequest({ state: journey })).url;
  }

  /** Take up what the issuer sent the creator back with. */
  async finish(address: string): Promise<Arrived> {
    const response = await this.#client.processSigninResponse(address);
    const { iat } = response.profile as { iat?: number };
    return {
      tokens: tokensOf(response, null),
      journey: journeyOf(response.userState),
      issued: iat === undefined ? null : iat * 1000,
    };
  }

  async renew(tokens: Tokens): Promise<Tokens> {
    const { id, refresh, scope } = tokens;
    const state = {
      refresh_token: refresh,
      ...(id && { id_token: id }),
      scope,
      session_state: null,
      // read nowhere
      profile: { sub: "", iss: "", aud: "", exp: 0, iat: 0 },
    };
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the class is no export of theirs
    return tokensOf(await this.#client.useRefreshToken({ state }), tokens);
  }

  /** Let the issuer forget what it gave. @returns where one is signed out there, too, or null */
  async end(tokens: Tokens): Promise<string | null> {
    if (tokens.refresh)
      // one that cannot be taken back runs out
      await this.#client.revokeToken(tokens.refresh, "refresh_token").catch(() => undefined);
    const { client_id } = this.#place;
    const service = this.#client.metadataService;
    const authorization = new URL(await service.getAuthorizationEndpoint());
    // Cognito's own, which takes none of what OpenID Connect names
    if (/^cognito-idp\./.test(new URL(this.#place.issuer).host)) {
      const query = new URLSearchParams({ client_id, logout_uri: this.#home });
      return `${new URL("/logout", authorization).href}?${query}`;
    }
    if (!(await service.getEndSessionEndpoint())) return null;
    const request = await this.#client.createSignoutRequest({
      client_id,
      post_logout_redirect_uri: this.#home,
      ...(tokens.id && { id_token_hint: tokens.id }),
    });
    return request.url;
  }
}

const PREFIX = "cyclorama.sign-in.";
const STATES = "cyclorama.sign-ins";

/** What was taken along on each journey to the issuer that has not ended yet. */
class States implements StateStore {
  readonly #storage: TabStorage;

  constructor(storage: TabStorage) {
    this.#storage = storage;
  }

  async set(key: string, value: string): Promise<void> {
    this.#storage.setItem(PREFIX + key, value);
    this.#list([...(await this.getAllKeys()).filter((other) => other !== key), key]);
  }

  get(key: string): Promise<string | null> {
    return Promise.resolve(this.#storage.getItem(PREFIX + key));
  }

  async remove(key: string): Promise<string | null> {
    const value = await this.get(key);
    this.#storage.removeItem(PREFIX + key);
    this.#list((await this.getAllKeys()).filter((other) => other !== key));
    return value;
  }

  getAllKeys(): Promise<string[]> {
    const keys: unknown = JSON.parse(this.#storage.getItem(STATES) ?? "[]");
    return Promise.resolve(keys as string[]);
  }

  #list(keys: string[]): void {
    this.#storage.setItem(STATES, JSON.stringify(keys));
  }
}

// where an issuer does not say how long a token is good
const AN_HOUR = 3600;

function tokensOf(response: SigninResponse, before: Tokens | null): Tokens {
  const lasts = (response.expires_in ?? AN_HOUR) * 1000;
  const profile = response.profile as Partial<Record<string, unknown>> | undefined;
  const name = [profile?.name, profile?.preferred_username, profile?.email].find(
    (each) => typeof each === "string" && each !== "",
  );
  return {
    access: response.access_token,
    id: response.id_token ?? before?.id ?? "",
    // an issuer that gives no other lets the one before be used again
    refresh: response.refresh_token ?? before?.refresh ?? "",
    scope: response.scope ?? before?.scope ?? "",
    expires: Date.now() + lasts,
    lasts,
    name: typeof name === "string" ? name : (before?.name ?? ""),
  };
}

function journeyOf(told: unknown): Journey {
  const { query, errand } = (told ?? {}) as Partial<Journey>;
  return { query: typeof query === "string" ? query : "", errand: errand === true };
}
