import { megabytes } from "../lib/words";

const PICTURES = ["image/png", "image/jpeg", "image/webp"];
const VIDEOS = [
  "video/mp4",
  "video/webm",
  // of a phone: an MP4 in all but its name
  "video/quicktime",
];

/** What a file dialog offers. */
export function accepted(videos: boolean): string {
  return (videos ? [...PICTURES, ...VIDEOS] : PICTURES).join(",");
}

export interface UploadBounds {
  bytes: number;
  /** Whether videos are taken. */
  videos: boolean;
}

/** Why this file cannot become a background, in words for the creator; null when it can be tried. */
export function uploadComplaint(
  { name, type, size }: Pick<File, "name" | "type" | "size">,
  { bytes, videos }: UploadBounds,
): string | null {
  if (VIDEOS.includes(type) && !videos)
    return `${name} is a video, and this studio takes pictures alone: it cannot read videos. Choose a picture, or use the video in a studio on your own machine.`;
  if (!PICTURES.includes(type) && !VIDEOS.includes(type)) {
    const choose = videos
      ? "a picture (PNG, JPEG or WebP) or a video (MP4 or WebM)"
      : "a picture (PNG, JPEG or WebP)";
    return `${name} is nothing that can be used here. Choose ${choose}.`;
  }
  if (size > bytes) {
    const how = VIDEOS.includes(type) ? "Make it shorter or smaller" : "Save it smaller";
    return `${name} is ${megabytes(size)}; at most ${megabytes(bytes)} can be used. ${how} and try again.`;
  }
  if (size === 0) return `${name} is empty. Choose another file.`;
  return null;
}
