/**
 * Signing in again in another tab, for one that must not be left because it is live.
 *
 * The studio's page is alone in its group of windows (`Cross-Origin-Opener-Policy`), so a window that it opens can
 * tell it nothing. Pages of one origin hear each other on a channel all the same; nobody else does.
 */
import { areTokens, type Tokens } from "./tokens";

const CHANNEL = "cyclorama.sign-in";
const FRAGMENT = "#sign-in";
const ANSWER_MS = 1500;

/** The address of the page that goes to sign in at once, and hands over what it gets. */
export const ERRAND = `/${FRAGMENT}`;

/** Whether this page was opened for that. The fragment is taken out of the address. */
export function takeErrand(
  location: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">,
): boolean {
  if (location.hash !== FRAGMENT) return false;
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}

/** Hand tokens to whichever page of this studio waits for some. @returns whether one took them */
export function handOver(tokens: Tokens): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise((resolve) => {
    const end = (taken: boolean) => {
      clearTimeout(timer);
      channel.close();
      resolve(taken);
    };
    const timer = setTimeout(end, ANSWER_MS, false);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === "taken") end(true);
    };
    channel.postMessage(tokens);
  });
}

/** Hear of tokens from another tab; `take` says whether it took them. @returns how to hear no more */
export function awaitTokens(take: (tokens: Tokens) => boolean): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (areTokens(data) && take(data)) channel.postMessage("taken");
  };
  return () => {
    channel.close();
  };
}
