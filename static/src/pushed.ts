// The pages that were shown in a call, as its room tells of them.

import type { Operation } from "./wire.ts";

export interface Pushed {
  seq: number;
  by: Operation["by"];
  /** What the other is called, where that was checked. */
  name: string;
  url: URL;
  /** What the page is called; its host without a title. */
  title: string;
  /** It lets itself be framed. */
  beside: boolean;
  at: string;
}

/** The pages of a room's log. What no gateway of ours would pass on is none. */
export function pagesIn(log: Operation[]): Pushed[] {
  return log.flatMap(({ seq = 0, kind, by, name = "", url = "", title = "", beside = false, at }) => {
    const page = kind === "page" ? pageOf(url) : undefined;
    return page ? [{ seq, by, name, url: page, title: title || page.host, beside, at }] : [];
  });
}

/** The address of a page that may be opened: what runs in ours, or carries a login, is none. */
export function pageOf(written: string): URL | undefined {
  try {
    const url = new URL(written);
    const own = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    const safe = url.protocol === "https:" || (url.protocol === "http:" && own);
    return safe && !url.username && !url.password && url.href.length <= 2000 ? url : undefined;
  } catch {
    return undefined;
  }
}

/** An address as a person reads it. */
export function shortly({ host, pathname }: URL): string {
  return host + (pathname === "/" ? "" : pathname);
}
