// Gets the camera, and says why not. Without it a call goes on as sound: the
// person may still see the other side.

/** A picture as large as a panel or a small window shows it. */
export async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 25, max: 30 }, facingMode: "user" },
  });
}
