// Why a microphone or a camera cannot be had. What the page, or the one around its
// frame, keeps off is told apart: the person was not asked then, and can do nothing
// about it.

/** blocked: by the page; refused: by the person. */
export type DeviceFault = "blocked" | "refused" | "none" | "busy" | "failed";

type Device = "microphone" | "camera";

interface Policy {
  allowsFeature(name: string): boolean;
}

/** Permissions-Policy, an iframe without allow, or a sandboxed one without an origin. A browser may not say. */
export function forbidden(device: Device): boolean {
  if (self.origin === "null") return true;
  const known = document as Document & { permissionsPolicy?: Policy; featurePolicy?: Policy };
  const policy = known.permissionsPolicy ?? known.featurePolicy;
  return policy ? !policy.allowsFeature(device) : false;
}

/**
 * The same once the device was refused. Firefox has no policy that a page can ask for, but
 * lists to a frame none of the devices that it may not use; a person's refusal hides none.
 */
async function keptOff(device: Device): Promise<boolean> {
  if (forbidden(device)) return true;
  if (parent === self) return false;
  const kind = device === "camera" ? "videoinput" : "audioinput";
  const listed = await navigator.mediaDevices.enumerateDevices().catch(() => undefined);
  return listed ? !listed.some((one) => one.kind === kind) : false;
}

/** The meaning of what getUserMedia threw. */
export async function deviceFault(thrown: unknown, device: Device): Promise<DeviceFault> {
  switch (thrown instanceof Error ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return (await keptOff(device)) ? "blocked" : "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
  }
  return "failed";
}
