// Files that are sent and fetched beside a call: a ticket is asked for on the line, and the
// bytes go over HTTP, where a long one keeps nothing else waiting. It draws nothing.

import type { FileWish, Room, Ticket, Trouble } from "./wire.ts";

/** A file on its way, or one that was not sent. */
export interface Parcel {
  id: string;
  name: string;
  /** How much of it has left, 0 to 1. */
  share: number;
  /** Why it was not sent; empty while it is on its way. */
  refused: "" | "unfit" | "full" | "failed";
}

/** A file that somebody has sent. */
export interface Sent {
  file: string;
  name: string;
  bytes: number;
}

export class Parcels {
  now: Parcel[] = [];
  readonly #ask: (wish: FileWish) => void;
  readonly #gateway: string;
  readonly #changed: () => void;
  #going = new Map<string, { content: File; request?: XMLHttpRequest }>();
  #coming = new Map<string, Sent>();
  #count = 0;

  constructor(ask: (wish: FileWish) => void, gateway: string, changed: () => void) {
    this.#ask = ask;
    this.#gateway = gateway;
    this.#changed = changed;
  }

  send(content: File): void {
    const id = `f${++this.#count}-${Date.now().toString(36)}`;
    this.#going.set(id, { content });
    this.#set([...this.now, { id, name: content.name, share: 0, refused: "" }]);
    this.#ask({ type: "attach", file: id, name: content.name, size: content.size });
  }

  /** Takes back one that is on its way, or puts away one that was not sent. */
  drop(id: string): void {
    this.#going.get(id)?.request?.abort();
    this.#going.delete(id);
    this.#set(this.now.filter((one) => one.id !== id));
  }

  fetch(one: Sent): void {
    this.#coming.set(one.file, one);
    this.#ask({ type: "fetch", file: one.file });
  }

  /** The call is over, or another begins: nothing more is sent. */
  end(): void {
    for (const { id } of this.now) this.drop(id);
    this.#coming.clear();
  }

  heard(message: Room | Ticket | Trouble): void {
    if (message.type === "attach") this.#carry(message);
    else if (message.type === "fetch") void this.#bring(message);
    else if (message.type === "error" && message.operation && this.#going.has(message.operation))
      this.#refuse(message.operation, message.code === "room_full" ? "full" : message.code === "bad_message" ? "unfit" : "failed");
  }

  #carry({ file: id, path, secret }: Ticket): void {
    const one = this.#going.get(id);
    if (!one || one.request) return;
    const request = (one.request = new XMLHttpRequest());
    request.open("PUT", new URL(path, this.#gateway).href);
    request.setRequestHeader("Authorization", `Bearer ${secret}`);
    request.upload.onprogress = ({ loaded, total }) => this.#change(id, { share: total ? loaded / total : 0 });
    request.onload = () => {
      if (request.status === 204) this.drop(id);
      else this.#refuse(id, request.status === 422 ? "unfit" : "failed");
    };
    request.onerror = () => this.#refuse(id, "failed");
    request.send(one.content);
  }

  /** Fetches the bytes and hands them to the browser to be saved: never to be shown. */
  async #bring({ file, path, secret }: Ticket): Promise<void> {
    const one = this.#coming.get(file);
    this.#coming.delete(file);
    if (!one) return;
    try {
      const answer = await fetch(new URL(path, this.#gateway), { headers: { Authorization: `Bearer ${secret}` } });
      if (answer.ok) save(await answer.blob(), one.name);
    } catch {
      // Whoever presses again asks again.
    }
  }

  #refuse(id: string, refused: Parcel["refused"]): void {
    this.#going.delete(id);
    this.#change(id, { refused });
  }

  #change(id: string, facts: Partial<Parcel>): void {
    this.#set(this.now.map((one) => (one.id === id ? { ...one, ...facts } : one)));
  }

  #set(now: Parcel[]): void {
    this.now = now;
    this.#changed();
  }
}

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** How large a file is, as a person reads it. */
export function sized(bytes: number, language: string): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: value < 10 && unit === "megabyte" ? 1 : 0 }).format(value);
}

/** What the browser's own chooser offers; the gateway decides by what is in a file. */
export const acceptable = ".png,.jpg,.jpeg,.gif,.webp,.pdf,.txt,.csv,.log,.md,.docx,.xlsx,.pptx,.odt,.ods,.odp";
