/** An OpenID Connect issuer behind `fetch`: discovery, codes with PKCE, refresh tokens, revocation. */
const BASE64URL = { "+": "-", "/": "_", "=": "" } as Record<string, string>;

export const PLACE = {
  issuer: "https://issuer.example/pool",
  client_id: "studio",
  scope: "openid email",
};

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (char) => BASE64URL[char] ?? "");
}

function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => base64url(new TextEncoder().encode(JSON.stringify(value)));
  return `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;
}

export class FakeIssuer {
  /** Seconds for which tokens are good. */
  lasts = 3600;
  /** Nothing answers. */
  away = false;
  /** Refuse the next tokens with this error. */
  refusal = "";
  gives = { refresh: true, opaque: false, endSession: true };
  /** Milliseconds by which its clock is before ours. */
  slow = 0;
  readonly revoked: string[] = [];
  renewals = 0;
  #made = 0;
  readonly #codes = new Map<string, { challenge: string; redirect: string }>();
  readonly #refresh = new Set<string>();

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { href, pathname } = new URL(input instanceof Request ? input.url : input);
    if (this.away) throw new TypeError("Failed to fetch");
    if (href === `${PLACE.issuer}/.well-known/openid-configuration`)
      return Response.json({
        issuer: PLACE.issuer,
        authorization_endpoint: "https://login.issuer.example/oauth2/authorize",
        token_endpoint: "https://login.issuer.example/oauth2/token",
        revocation_endpoint: "https://login.issuer.example/oauth2/revoke",
        ...(this.gives.endSession && { end_session_endpoint: "https://login.issuer.example/end" }),
      });
    const form = new URLSearchParams(init?.body as string | URLSearchParams);
    if (pathname === "/oauth2/token") return this.#token(form);
    if (pathname === "/oauth2/revoke") {
      this.revoked.push(form.get("token") ?? "");
      return new Response(null, { status: 200 });
    }
    throw new Error(`Nobody answers at ${href}.`);
  };

  /** What a person does at the address that the studio leaves for. @returns where they are sent then */
  signIn(address: string): string {
    const asked = new URL(address);
    if (asked.pathname !== "/oauth2/authorize" || asked.searchParams.get("client_id") !== PLACE.client_id)
      throw new Error(`This is not where one signs in: ${address}`);
    const [challenge, redirect] = [
      asked.searchParams.get("code_challenge"),
      asked.searchParams.get("redirect_uri"),
    ];
    if (!challenge || !redirect || asked.searchParams.get("code_challenge_method") !== "S256")
      throw new Error("No PKCE.");
    const code = `code-${++this.#made}`;
    this.#codes.set(code, { challenge, redirect });
    return `${redirect}?code=${code}&state=${asked.searchParams.get("state") ?? ""}`;
  }

  /** As `signIn`, for a person who is not let in. */
  turnAway(address: string, error: string): string {
    const asked = new URL(address).searchParams;
    return `${asked.get("redirect_uri") ?? ""}?error=${error}&state=${asked.get("state") ?? ""}`;
  }

  async #token(form: URLSearchParams): Promise<Response> {
    if (this.refusal) return Response.json({ error: this.refusal }, { status: 400 });
    if (form.get("grant_type") === "refresh_token") {
      if (!this.#refresh.has(form.get("refresh_token") ?? ""))
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      this.renewals += 1;
      return this.#tokens(false);
    }
    const code = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    const verifier = new TextEncoder().encode(form.get("code_verifier") ?? "");
    const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", verifier)));
    if (code?.challenge !== challenge || code.redirect !== form.get("redirect_uri"))
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    return this.#tokens(this.gives.refresh);
  }

  #tokens(refresh: boolean): Response {
    const made = ++this.#made;
    const iat = Math.floor((Date.now() - this.slow) / 1000);
    const claims = { iss: PLACE.issuer, sub: "ann", aud: PLACE.client_id, iat, exp: iat + this.lasts };
    if (refresh) this.#refresh.add(`refresh-${made}`);
    return Response.json({
      access_token: this.gives.opaque ? `opaque-${made}` : jwt({ ...claims, made }),
      id_token: jwt({ ...claims, email: "ann@example.com" }),
      token_type: "Bearer",
      expires_in: this.lasts,
      ...(refresh && { refresh_token: `refresh-${made}` }),
    });
  }
}
