/** The longest side of what is made: no stage shows more. */
const LONGEST = 3840;
const QUALITIES = [0.92, 0.82, 0.7];

/** A picture that is at most so many bytes: itself, or one made of it; what cannot be made smaller is given back. */
export async function fitting(file: File, bytes: number): Promise<Blob> {
  if (file.size <= bytes || !file.type.startsWith("image/")) return file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file;
  }
  const { width, height } = bitmap;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of QUALITIES) {
    // the one kind that every browser writes and that is small for photographs
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (blob.size <= bytes) return blob;
  }
  return file;
}
