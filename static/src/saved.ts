// A call survives the way to the next page of the same site: what is needed to
// take it up again is kept in the tab's own storage, only from leaving one page
// to opening the next. Kept any longer, a duplicated tab would take it too.

export interface Saved {
  session: string;
  last: number;
  id: string;
  call: string;
  to: string;
  from: string;
  metadata?: Record<string, string>;
  /** When the call was answered, in milliseconds since 1970, or 0. */
  answeredAt: number;
  muted: boolean;
  written?: boolean;
  /** It waits in a queue, and asked to be called back at a number. */
  waiting?: boolean;
  backTo?: string;
  /** It rings at the page and was not answered yet. */
  incoming?: boolean;
  leftAt: number;
}

const grace = 30_000;
const name = (key: string) => `webtrunk:${key}`;

export function save(key: string, call: Saved): void {
  try {
    sessionStorage.setItem(name(key), JSON.stringify(call));
  } catch {
    // Storage may be closed to this page; then the call ends with it.
  }
}

/** What was saved within the gateway's grace, if anything. */
export function saved(key: string): Saved | undefined {
  try {
    const read = JSON.parse(sessionStorage.getItem(name(key)) ?? "null") as Saved | null;
    return read && Date.now() - read.leftAt < grace ? read : undefined;
  } catch {
    return undefined;
  }
}

export function forget(key: string): void {
  try {
    sessionStorage.removeItem(name(key));
  } catch {
    // Nothing was kept.
  }
}
