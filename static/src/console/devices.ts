// Which microphone the agent speaks into, and where they hear the caller and the
// ring; raw is "on" where the voice is sent without the browser's processing, which
// a headset does not need. The choice is this computer's and is kept in its storage.

export type Part = "microphone" | "speaker" | "ringer" | "raw";

export type Chosen = Record<Part, string>;

const place = "webtrunk-console-devices";

export function chosen(): Chosen {
  const none = { microphone: "", speaker: "", ringer: "", raw: "" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Chosen>) };
  } catch {
    return none;
  }
}

export function choose(part: Part, device: string): Chosen {
  const now = { ...chosen(), [part]: device };
  try {
    localStorage.setItem(place, JSON.stringify(now));
  } catch {
    // It is then chosen for this page alone.
  }
  return now;
}

/** Browsers tell the names of devices only after the microphone was allowed once. */
export async function devices(): Promise<{ inputs: MediaDeviceInfo[]; outputs: MediaDeviceInfo[] }> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
  return { inputs: of("audioinput"), outputs: of("audiooutput") };
}

/** Plays at a loudspeaker, where the browser lets a page choose; one that is gone is the system's own again. */
export async function playAt(audio: HTMLAudioElement, speaker: string): Promise<void> {
  if (typeof audio.setSinkId !== "function" || audio.sinkId === speaker) return;
  await audio.setSinkId(speaker).catch(() => audio.setSinkId("").catch(() => undefined));
}
