/** How long a browser may take to find a video's first picture. */
const PATIENCE_MS = 8_000;

/** The first picture of a video, by the browser's own player: for where its decoders are not to be had by pages. */
export async function firstFrame(blob: Blob): Promise<ImageBitmap> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  const address = URL.createObjectURL(blob);
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = () => {
        reject(new Error("this browser cannot show it"));
      };
      video.onloadeddata = () => {
        resolve();
      };
      video.onerror = refuse;
      setTimeout(refuse, PATIENCE_MS);
      video.src = address;
    });
    return await createImageBitmap(video);
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(address);
  }
}
