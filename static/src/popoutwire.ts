// What a site's page and the window that its call moves to say to each other, by
// postMessage: each to the other's origin alone, and each hears only that one.

import type { Model } from "./model.ts";
import type { Saved } from "./saved.ts";

/** What the call core gives to what moves its call. */
export interface MoveHost {
  element: HTMLElement;
  root: ShadowRoot;
  gateway: URL;
  language: string;
  phone: {
    readonly model: Model;
    readonly toSave: Saved | undefined;
    resume(saved: Saved): void;
    complain(sentence: string): void;
  };
  /** Opens the panel. */
  show(): void;
}

/** What moves it, once it is loaded. */
export interface Mover {
  draw(model: Model): void;
  /** Moves the call to a window of its own. */
  move(): void;
  leave(): void;
}

/** The attribute of an element in the gateway's window: the origin of the site's page. */
export const openedBy = "opened-by";

/** What of the site's element goes along, and nothing else that a page says. */
const along = ["key", "to", "label", "lang", "theme", "fallback", "processing", "video", "identity", "client-token"];

export function carried(of: (name: string) => unknown): Record<string, string> {
  return Object.fromEntries(along.flatMap((name) => {
    const value = of(name);
    return typeof value === "string" ? [[name, value]] : [];
  }));
}

/** What the window needs to be the site's button. */
export interface Handed {
  saved: Saved;
  /** By which the gateway knows the page again. */
  secret: string;
  attributes: Record<string, string>;
}

export type Told =
  /** The window is there; it may have the call; it wants it no more, for it is over. */
  | { webtrunk: "open" | "ready" | "over" }
  /** The page hands the call over, or has none. */
  | ({ webtrunk: "call" } & Handed)
  | { webtrunk: "none" }
  /** The page wants the call back. */
  | { webtrunk: "back" }
  /** The window gives it back, or is being closed with it. */
  | { webtrunk: "give" | "left"; saved: Saved };

/** Where the window is opened, and by whom. */
export function windowOf(gateway: URL, language: string): string {
  const url = new URL("/pop-out", gateway);
  url.searchParams.set("lang", language);
  url.hash = encodeURIComponent(location.origin);
  return url.href;
}

/** Hears one other window, of one origin; the answer hears no more. */
export function hear(other: () => Window | null | undefined, origin: string, heard: (told: Told) => void): () => void {
  const listening = new AbortController();
  const listen = (event: MessageEvent<unknown>) => {
    const { data } = event;
    if (event.origin !== origin || !event.source || event.source !== other()) return;
    if (typeof data === "object" && data !== null && "webtrunk" in data) heard(data as Told);
  };
  addEventListener("message", listen, { signal: listening.signal });
  return () => listening.abort();
}
