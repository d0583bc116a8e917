// Showing a page to who is in the call: what the agent has asked for, until the gateway
// has taken it or said why not. It draws nothing.

import { shortly } from "../pushed.ts";
import type { Room, RoomWish, Ticket, Trouble } from "../wire.ts";

/** A page that is on its way. */
export interface Pushing {
  id: string;
  url: string;
  title: string;
  /** Why it was not taken, by the gateway's code; empty while it is on its way. */
  refused: string;
}

export class PagePush {
  /** What was asked for last; undefined when it was taken. */
  now: Pushing | undefined;
  readonly #ask: (wish: RoomWish) => void;
  readonly #changed: () => void;
  #count = 0;
  /** By which the pages of this page's are told from those of the one before. */
  readonly #mine = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36);

  constructor(ask: (wish: RoomWish) => void, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  show(url: URL, title: string): void {
    this.#set({ id: `p${this.#mine}-${this.#count++}`, url: url.href, title: title || shortly(url).slice(0, 200), refused: "" });
    this.#send();
  }

  /** The connection is back: what may have been lost on its way is sent once more, and is there once. */
  back(): void {
    if (this.now && !this.now.refused) this.#send();
  }

  heard(message: Room | Ticket | Trouble): void {
    const { now } = this;
    if (!now) return;
    if (message.type === "error") {
      if (message.operation === now.id) this.#set({ ...now, refused: message.code });
    } else if (message.type === "room" && message.operations?.some(({ id }) => id === now.id)) {
      this.#set(undefined);
    }
  }

  /** The call is over, or is another one. */
  end(): void {
    if (this.now) this.#set(undefined);
  }

  #send(): void {
    const { id, url, title } = this.now!;
    this.#ask({ operation: { id, kind: "page", url, title } });
  }

  #set(now: Pushing | undefined): void {
    this.now = now;
    this.#changed();
  }
}
