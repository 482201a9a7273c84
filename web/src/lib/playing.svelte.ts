import type { Attachment } from "svelte/attachments";

/** Play this stream in the video element, whichever it is at the time, and let go of it afterwards. */
export function playing(stream: () => MediaStream | null): Attachment<HTMLVideoElement> {
  return (video) => {
    // What `stream` reads may count as changed while it gives the same: taking that up again would flash black.
    const current = $derived(stream());
    $effect(() => {
      video.srcObject = current;
      return () => {
        video.srcObject = null;
      };
    });
  };
}
