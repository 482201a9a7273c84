/**
 * Amazon's own web SDK, loaded at run time from Amazon's address: it is not open source, so nothing of it is in
 * our pages. Only its types are known here; the values of its enumerations come with it.
 */
import type * as IVSBroadcastClient from "amazon-ivs-web-broadcast";

/** The parts of the SDK that we use. */
export type Sdk = Pick<
  typeof IVSBroadcastClient,
  | "LocalStageStream"
  | "Stage"
  | "StageConnectionState"
  | "StageErrorCategory"
  | "StageErrorCode"
  | "StageEvents"
  | "StageLeftReason"
  | "StageParticipantPublishState"
  | "SubscribeType"
>;
export type SdkStage = Pick<IVSBroadcastClient.Stage, "join" | "leave" | "on" | "refreshStrategy">;

/** The release that our types are of. */
export const VERSION = "1.41.0";
export const ADDRESS = `https://web-broadcast.live-video.net/${VERSION}/amazon-ivs-web-broadcast.js`;

let loading: Promise<Sdk> | null = null;

/** Load the SDK, once. Rejects where that does not work; the next call tries again. */
export function loadSdk(): Promise<Sdk> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function load(): Promise<Sdk> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ADDRESS;
    script.onload = () => {
      const { IVSBroadcastClient: sdk } = globalThis as { IVSBroadcastClient?: Sdk };
      if (sdk) resolve(sdk);
      else fail();
    };
    script.onerror = fail;
    function fail(): void {
      script.remove();
      reject(
        new Error(
          "Amazon's streaming software could not be loaded from web-broadcast.live-video.net. Check the network, and that nothing blocks that address. Trying again.",
        ),
      );
    }
    document.head.append(script);
  });
}
