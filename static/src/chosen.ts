// Which microphone and loudspeaker the person has chosen, for the calls of this tab,
// also on the site's other pages. Empty is the browser's own choice.

export interface Chosen {
  microphone: string;
  speaker: string;
}

const place = "webtrunk:devices";

export function chosen(): Chosen {
  const none = { microphone: "", speaker: "" };
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(place) ?? "{}") as Partial<Chosen>) };
  } catch {
    return none;
  }
}

export function choose(device: Partial<Chosen>): void {
  try {
    sessionStorage.setItem(place, JSON.stringify({ ...chosen(), ...device }));
  } catch {
    // Storage may be closed to this page; then calls are made with the browser's own choice.
  }
}
