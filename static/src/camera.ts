// Gets the camera, and says why not. Without it a call goes on as sound: the
// person may still see the other side.

export type CameraFault = "blocked" | "refused" | "none" | "busy" | "failed";

interface Policy {
  allowsFeature(name: string): boolean;
}

/** Permissions-Policy of the page, or an iframe without allow="camera". */
function blockedByPolicy(): boolean {
  const known = document as Document & { permissionsPolicy?: Policy; featurePolicy?: Policy };
  const policy = known.permissionsPolicy ?? known.featurePolicy;
  return policy ? !policy.allowsFeature("camera") : false;
}

/** A picture as large as a panel or a small window shows it. */
export async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 25, max: 30 }, facingMode: "user" },
  });
}

/** The meaning of what getUserMedia threw. */
export function cameraFault(thrown: unknown): CameraFault {
  switch (thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return blockedByPolicy() ? "blocked" : "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
  }
  return "failed";
}
