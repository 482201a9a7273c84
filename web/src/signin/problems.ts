/** What went wrong with signing in, in words for the creator. */
export interface Problem {
  message: string;
  /** Trying the same again may help: the issuer was not reached, or said that it could not. */
  passes: boolean;
}

const AGAIN = "Try again in a minute.";

/** `issuer` is the address that the configuration names. */
export function problemOf(error: unknown, issuer: string): Problem {
  const code = codeOf(error);
  if (code !== null) return { message: inWords(code, issuer), passes: PASSING.has(code) };
  const message = error instanceof Error ? error.message : String(error);
  if (/\bstate\b/i.test(message))
    return {
      message: "This sign-in was begun in another tab, or too long ago. Sign in here once more.",
      passes: false,
    };
  if (/crypto/i.test(message))
    return {
      message: "Signing in needs a page that came over https://. Open the studio by its https:// address.",
      passes: false,
    };
  // a status in brackets is what the client library says of an answer that is no success
  const said = /\((\d{3})\)/.exec(message)?.[1];
  if (said !== undefined || /content-type|json/i.test(message))
    return {
      message: `${hostOf(issuer)}, where you sign in, does not answer as it should${said ? ` (${said})` : ""}. ${AGAIN}`,
      passes: true,
    };
  // what `fetch` and `import` throw when the network, or a policy of the page, is in the way
  if (error instanceof TypeError || (error instanceof Error && error.name === "ErrorTimeout"))
    return {
      message: `${hostOf(issuer)}, where you sign in, does not answer. See that you are online and that nothing blocks it, then try again.`,
      passes: true,
    };
  return { message: `Signing in did not work (${message}). Try again.`, passes: false };
}

const PASSING = new Set(["server_error", "temporarily_unavailable"]);
const EXPIRED = new Set(["invalid_grant", "login_required", "interaction_required", "consent_required"]);

function inWords(code: string, issuer: string): string {
  if (code === "access_denied")
    return "You were not signed in: it was cancelled, or this studio is not for you. Try again, or ask whoever runs it.";
  if (EXPIRED.has(code)) return "That sign-in is not good any more. Sign in once more.";
  if (PASSING.has(code))
    return `${hostOf(issuer)}, where you sign in, has a problem of its own at the moment. ${AGAIN}`;
  return `${hostOf(issuer)} does not know this studio as it should (${code}). Tell whoever runs it.`;
}

/** The code of an OAuth error, where it is one. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== "ErrorResponse") return null;
  const { error: code } = error as Error & { error?: unknown };
  return typeof code === "string" ? code.slice(0, 60) : null;
}

export function hostOf(issuer: string): string {
  try {
    return new URL(issuer).host;
  } catch {
    return issuer;
  }
}

const FAR_MS = 5 * 60_000;

/** Why a clock that is off matters, or "". `issued` is the issuer's time and `now` ours, in Unix milliseconds. */
export function clockComplaint(issued: number, now: number): string {
  const off = now - issued;
  if (Math.abs(off) < FAR_MS) return "";
  const minutes = Math.round(Math.abs(off) / 60_000);
  return `This device's clock is ${minutes} minutes ${off > 0 ? "fast" : "slow"}. Set it right: the stage's tokens are good for a time.`;
}
