import type { Attachment } from "svelte/attachments";

/** Play this stream in the video element, and let go of it afterwards. */
export function playing(stream: MediaStream | null): Attachment<HTMLVideoElement> {
  return (video) => {
    video.srcObject = stream;
    return () => {
      video.srcObject = null;
    };
  };
}
