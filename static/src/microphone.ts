// Gets the microphone, and says why not: each way of failing is another
// sentence, for each has another way out.

export type MicrophoneFault =
  | "insecure_page"
  | "unsupported_browser"
  | "microphone_blocked"
  | "microphone_refused"
  | "no_microphone"
  | "microphone_busy"
  | "microphone_failed";

/** What can be known without asking: no prompt is shown on a page where it must fail. */
export function faultOfPage(): MicrophoneFault | undefined {
  if (!isSecureContext) return "insecure_page";
  if (!navigator.mediaDevices?.getUserMedia || typeof RTCPeerConnection !== "function") return "unsupported_browser";
  if (blockedByPolicy()) return "microphone_blocked";
  return undefined;
}

interface Policy {
  allowsFeature(name: string): boolean;
}

/** Permissions-Policy of the page, or an iframe without allow="microphone". */
function blockedByPolicy(): boolean {
  const known = document as Document & { permissionsPolicy?: Policy; featurePolicy?: Policy };
  const policy = known.permissionsPolicy ?? known.featurePolicy;
  return policy ? !policy.allowsFeature("microphone") : false;
}

/** Opens a microphone: the one that was chosen, if it is still there, or the browser's own choice. */
export async function openMicrophone(processing: boolean, chosen = ""): Promise<MediaStream> {
  const audio = { echoCancellation: processing, noiseSuppression: processing, autoGainControl: processing };
  const open = (wanted: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ audio: wanted });
  if (!chosen) return open(audio);
  // Chromium passes over a microphone that is merely "ideal" in favour of the system's own.
  return open({ ...audio, deviceId: { exact: chosen } }).catch((thrown: unknown) => {
    if (faultOf(thrown) !== "no_microphone") throw thrown;
    return open(audio);
  });
}

/** The meaning of what getUserMedia threw. */
export function faultOf(thrown: unknown): MicrophoneFault {
  switch (thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return blockedByPolicy() ? "microphone_blocked" : "microphone_refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_microphone";
    case "NotReadableError":
    case "AbortError":
      return "microphone_busy";
  }
  return "microphone_failed";
}
