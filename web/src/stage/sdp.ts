import { Refusal, Unsupported } from "./keeper";

/**
 * Offer a connection to a WHIP or WHEP endpoint and take its answer; returns the session's URL.
 *
 * The offer goes out before any candidate is gathered: the stage learns our addresses from our connectivity
 * checks, and all of its own are in the answer. Rejects with a Refusal where the token is no good, and with
 * Unsupported where there is no codec in common.
 */
export async function negotiate(
  pc: RTCPeerConnection,
  endpoint: string,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  await pc.setLocalDescription();
  const response = await send(endpoint, token, signal, pc.localDescription?.sdp ?? "");
  const answer = await response.text();
  const session = new URL(response.headers.get("Location") ?? "", response.url);
  if (session.origin !== new URL(response.url).origin)
    throw new Error("The stage answered with a foreign address.");
  await pc.setRemoteDescription({ type: "answer", sdp: answer });
  return session.href;
}

/** End a session. It also works while the page goes away, and says nothing of failure: dead sessions are noticed. */
export function endSession(url: string, token: string): void {
  void fetch(url, { method: "DELETE", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(
    () => undefined,
  );
}

async function send(endpoint: string, token: string, signal: AbortSignal, offer: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/sdp" },
      body: offer,
      signal,
    });
  } catch {
    throw new Error("The stage does not answer. Trying again.");
  }
  if (response.status === 201) return response;
  const detail = await problem(response);
  if (response.status === 415) throw new Unsupported(detail);
  throw response.status === 401 || response.status === 403 ? new Refusal(detail) : new Error(detail);
}

async function problem(response: Response): Promise<string> {
  const said: unknown = await response.json().catch(() => null);
  if (typeof said === "object" && said !== null && "detail" in said && typeof said.detail === "string")
    return said.detail;
  return `The stage answered with an error (${response.status}). Trying again.`;
}
