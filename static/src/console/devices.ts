// Which microphone the agent speaks into, and where they hear the caller and the
// ring; raw is "on" where the voice is sent without the browser's processing, which
// a headset does not need. The choice is this computer's and is kept in its storage.

export { devices, playAt } from "../devices.ts";

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
