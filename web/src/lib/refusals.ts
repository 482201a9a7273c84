/**
 * What a refusal means that comes without words of ours: from what stands before a studio, such as Amazon's API
 * Gateway (`{"message": "Unauthorized"}`) and CloudFront (a page of HTML).
 */
const WORDS: Record<number, string> = {
  401: "You are not signed in any more. Sign in again; what is on air goes on.",
  403: "This is not allowed to you here. Ask whoever runs this studio.",
  404: "This studio does not know what it was asked for. Reload the page: it may be older than the studio.",
  413: "This is more than the studio takes at once. Make it smaller and try again.",
  429: "The studio is asked for more than it takes at a time. Wait some seconds, then try again.",
  502: "The studio's server failed to answer. Try again in a moment.",
  503: "The studio's server is overloaded, or being changed. Try again in a minute.",
  504: "The studio's server took too long to answer. Try again in a moment.",
};

/** Words for a status; `message` is what stood in the answer, for a status that has none. */
export function refusal(status: number, message = ""): string {
  const told = message ? `${status}: ${message}` : String(status);
  return WORDS[status] ?? `The server answered with an error (${told}). Try again.`;
}
