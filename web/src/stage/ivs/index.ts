import { HostedStage } from "../hosted";
import type { Claims } from "../token";
import type { StageClient, Strategy } from "../types";
import { loadSdk, type Sdk } from "./sdk";
import { IvsSession } from "./session";

/** The client for an Amazon IVS stage. */
export function openIvs(
  token: string,
  claims: Claims,
  strategy: Strategy,
  load: () => Promise<Sdk> = loadSdk,
): StageClient {
  return new HostedStage(async (here, signal) => {
    const sdk = await load();
    signal.throwIfAborted();
    return IvsSession.open(sdk, token, claims, here, signal);
  }, strategy);
}
