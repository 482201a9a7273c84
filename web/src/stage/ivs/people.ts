import type { StageParticipantInfo, StageStream } from "amazon-ivs-web-broadcast";

import type { Attendance } from "../attendance";
import type { Participant } from "../types";
import type { Sdk, SdkStage } from "./sdk";

/** Passes on to the attendance what a stage of the SDK says of its participants, one change after the other. */
export class People {
  readonly #attendance: Attendance;
  /** Those whom this stage has named; the attendance may still know some of an earlier stay. */
  readonly #named = new Map<string, Participant>();
  #settling = true;
  #following = true;

  constructor(sdk: Sdk, stage: SdkStage, attendance: Attendance) {
    this.#attendance = attendance;
    const { StageEvents: events } = sdk;
    const while_ =
      <A extends unknown[]>(heard: (...args: A) => void) =>
      (...args: A): void => {
        if (this.#following) heard(...args);
      };
    const update = while_((info: StageParticipantInfo) => {
      if (info.isPublishing || mayPublish(info)) this.#update(participantOf(info));
    });
    stage.on(events.STAGE_PARTICIPANT_JOINED, update);
    stage.on(events.STAGE_PARTICIPANT_METADATA_CHANGED, update);
    stage.on(
      events.STAGE_PARTICIPANT_PUBLISH_STATE_CHANGED,
      while_((info, state) => {
        const publishing = state === sdk.StageParticipantPublishState.PUBLISHED;
        if (publishing || mayPublish(info)) this.#update({ ...participantOf(info), publishing });
      }),
    );
    stage.on(
      events.STAGE_STREAM_MUTE_CHANGED,
      while_((info, { mediaStreamTrack: { kind }, isMuted }) => {
        const participant = participantOf(info);
        this.#update({ ...participant, muted: { ...participant.muted, [kind]: isMuted } });
      }),
    );
    stage.on(
      events.STAGE_PARTICIPANT_STREAMS_ADDED,
      while_((info, streams) => {
        if (info.isLocal) return;
        this.#update({ ...participantOf(info), publishing: true });
        for (const track of tracksOf(streams)) attendance.addTrack(info.id, track);
      }),
    );
    stage.on(
      events.STAGE_PARTICIPANT_STREAMS_REMOVED,
      while_((info, streams) => {
        for (const track of tracksOf(streams)) attendance.removeTrack(info.id, track);
      }),
    );
    stage.on(
      events.STAGE_PARTICIPANT_LEFT,
      while_(({ id }) => {
        this.#named.delete(id);
        attendance.remove(id);
      }),
    );
  }

  /** Whoever was there before us has been named by now: those who were not have gone. */
  settle(): void {
    this.#settling = false;
    this.#attendance.state([...this.#named.values()], true);
  }

  stop(): void {
    this.#following = false;
  }

  #update(participant: Participant): void {
    this.#named.set(participant.id, participant);
    this.#attendance.update(participant, this.#settling);
  }
}

/** Those who may not are the audience. */
function mayPublish({ capabilities }: StageParticipantInfo): boolean {
  return [...capabilities].some((each) => (each as string) === "publish");
}

export function participantOf(info: StageParticipantInfo): Participant {
  return {
    id: info.id,
    userId: info.userId,
    attributes: Object.fromEntries(
      Object.entries(info.attributes).map(([name, value]) => [name, String(value)]),
    ),
    isLocal: info.isLocal,
    publishing: info.isPublishing,
    muted: { audio: info.audioMuted, video: info.videoStopped },
  };
}

/** Those of sound and picture; subtitles have none. */
function tracksOf(streams: Pick<StageStream, "mediaStreamTrack">[]): MediaStreamTrack[] {
  return streams
    .map(({ mediaStreamTrack }) => mediaStreamTrack as MediaStreamTrack | undefined)
    .filter((track) => !!track);
}
