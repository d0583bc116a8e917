// The microphones and loudspeakers that a browser tells a page of, and how sound is
// played at one of them.

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
