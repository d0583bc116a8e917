// What the page shows of itself to the gateway.

import { pageSecret } from "./pagesecret.ts";
import type { Papers } from "./wire.ts";

/** The papers as the page's site wrote them into the element. */
export function papersOf(element: HTMLElement): Papers {
  const papers: Papers = {};
  for (const name of ["token", "client_token", "identity", "opened_by"] as const) {
    const value = element.getAttribute(name.replace("_", "-"));
    if (value) papers[name] = value;
  }
  if (papers.client_token || papers.identity) papers.page = pageSecret();
  return papers;
}
