// Gets the microphone, and says why not: each way of failing is another
// sentence, for each has another way out.

import { deviceFault, forbidden } from "./devicefault.ts";

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
  if (forbidden("microphone")) return "microphone_blocked";
  return undefined;
}

/** Opens a microphone: the one that was chosen, if it is still there, or the browser's own choice. */
export async function openMicrophone(processing: boolean, chosen = ""): Promise<MediaStream> {
  const audio = { echoCancellation: processing, noiseSuppression: processing, autoGainControl: processing };
  const open = (wanted: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ audio: wanted });
  if (!chosen) return open(audio);
  // Chromium passes over a microphone that is merely "ideal" in favour of the system's own.
  return open({ ...audio, deviceId: { exact: chosen } }).catch(async (thrown: unknown) => {
    if ((await faultOf(thrown)) !== "no_microphone") throw thrown;
    return open(audio);
  });
}

/** The meaning of what getUserMedia threw. */
export async function faultOf(thrown: unknown): Promise<MicrophoneFault> {
  const fault = await deviceFault(thrown, "microphone");
  return fault === "none" ? "no_microphone" : `microphone_${fault}`;
}
