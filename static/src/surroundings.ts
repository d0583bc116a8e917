// What a telephone needs around it: what the page wants of it, the words that it
// speaks to a person, and where sound and pictures go.

import type { Filmed } from "./filmslot.ts";
import type { Address } from "./line.ts";
import type { Model } from "./model.ts";
import type { PhoneWords } from "./sentences.ts";
import type { CallNotice, Handing, Room, RunningCall, Ticket, Trouble } from "./wire.ts";

export interface Settings extends Address {
  /** Echo cancellation, noise suppression and gain control. */
  processing: boolean;
  /** Calls are with pictures, where the other side has some too. */
  video: boolean;
  metadata: Record<string, string>;
  /** In which the gateway is to speak to the person; its own without one. */
  language?: string;
  /** The person writes the number; otherwise the page says whom to call. */
  dialled: boolean;
  /** The microphone that the person has chosen; the browser's own choice without one. */
  microphone?: string;
}

export interface Surroundings {
  settings(): Settings;
  words(): PhoneWords;
  changed(model: Model): void;
  sound(stream: MediaStream | null): void;
  /** The other side's picture, and one's own. */
  picture(stream: MediaStream | null): void;
  mirror(stream: MediaStream | null): void;
  /** The camera; in a page that has any use for it. */
  camera?(): Promise<Filmed>;
  /** How a call is being handed over, in a page from which it can be. */
  handing?(message: Handing): void;
  /** What is done beside the call, whether it is recorded, what it costs, or why something is not; in a page that shows it. */
  room?(message: Room | Ticket | Trouble | CallNotice): void;
  /** The call that was taken up, as the gateway knows it. */
  found?(call: RunningCall): void;
}
