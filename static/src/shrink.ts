// Makes a picture small enough for a whiteboard: the same picture with fewer points, and
// nothing else that its file may have said, such as where it was taken.

import { mostPicture } from "./drawing.ts";

const head = "data:image/jpeg;base64,";

/** How wide or high it is at first, and how good; less, until it fits. */
const tries = [
  [640, 0.7],
  [480, 0.6],
  [360, 0.5],
  [240, 0.5],
  [160, 0.4],
] as const;

/** A picture as the room takes it, and its shape, height by width; undefined for what is none. */
export async function shrunk(file: File): Promise<{ image: string; shape: number } | undefined> {
  try {
    if (file.type !== "image/png" && file.type !== "image/jpeg") return undefined;
    const picture = await createImageBitmap(file);
    const shape = picture.height / picture.width;
    for (const [side, quality] of tries) {
      const image = await drawn(picture, side, quality);
      if (image && image.length <= mostPicture) return { image, shape };
    }
  } catch {
    // It cannot be decoded.
  }
  return undefined;
}

async function drawn(picture: ImageBitmap, side: number, quality: number): Promise<string | undefined> {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const on = canvas.getContext("2d");
  if (!on) return undefined;
  on.fillStyle = "#fff"; // JPEG knows nothing that can be seen through
  on.fillRect(0, 0, canvas.width, canvas.height);
  on.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
  if (made?.type !== "image/jpeg") return undefined;
  let bytes = "";
  for (const byte of new Uint8Array(await made.arrayBuffer())) bytes += String.fromCharCode(byte);
  return head + btoa(bytes);
}
