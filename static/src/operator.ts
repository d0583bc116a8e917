// Faults that only the site's operator can mend. A visitor is told that it
// does not work and nothing of keys and origins; the gateway's own words and
// remedies go to the browser's console, where an operator looks.

import type { PhoneWords } from "./sentences.ts";
import { inWords } from "./told.ts";

export const theOperators: ReadonlySet<string> = new Set(["bad_key", "bad_origin", "bad_metadata", "unknown_reference", "not_allowed"]);

export interface Fault {
  code: string;
  message: string;
  remedies?: string[];
}

/** What the person sees of a fault. dialled: they chose the number themselves. */
export function plainly({ code, message, remedies = [] }: Fault, words: PhoneWords, dialled: boolean): string[] {
  if (!theOperators.has(code)) return Object.hasOwn(words.told.errors, code) ? [inWords(words.told, "errors", code, message)] : [message, ...remedies];
  report(`${code}: ${[message, ...remedies].join(" ")}`);
  return [code === "not_allowed" && dialled ? words.notFromHere : words.notJustNow];
}

export function report(text: string): void {
  console.error(`webtrunk-call: ${text}`);
}

/** A browser does not tell a script why a connection could not be made. */
export function unconnected(url: string): string {
  return (
    `gateway_unreachable: no connection to ${url} could be made. The gateway may be down, or the network keeps ` +
    `WebSockets away. It looks the same when the gateway refuses this page's origin, ${location.origin}, ` +
    `which the key must list, and when the page's own policy lacks the gateway in connect-src.`
  );
}
