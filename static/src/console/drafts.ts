// What an agent has written of a call and the gateway does not have yet. It stays in
// this tab, by agent and call, through reloads, refusals and logins, until it is
// saved; and what was saved stays as long as its form is shown.

export interface Draft {
  call: string;
  /** Whom the call was with, as the agent saw it. */
  who: string;
  /** When it was answered, in ms since 1970; 0 where that is not known. */
  at?: number;
  notes: string;
  /** The ID of what came of the call; empty for none. */
  disposition: string;
  saved: boolean;
}

/** Where drafts are kept: sessionStorage, which is the tab's own. */
export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const place = (agent: string) => `webtrunk-console-notes-${agent}`;

/** The agent's drafts, the oldest first. */
export function drafts(agent: string, drawer: Drawer = sessionStorage): Draft[] {
  try {
    const kept: unknown = JSON.parse(drawer.getItem(place(agent)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(whole) : [];
  } catch {
    return [];
  }
}

/** Keeps a draft in place of the one before of the same call. */
export function keepDraft(agent: string, draft: Draft, drawer: Drawer = sessionStorage): void {
  const all = drafts(agent, drawer);
  const at = all.findIndex(({ call }) => call === draft.call);
  if (at < 0) all.push(draft);
  else all[at] = draft;
  write(agent, all, drawer);
}

/** Forgets what was saved, but for calls whose form is still shown. */
export function tidyDrafts(agent: string, shown: string[], drawer: Drawer = sessionStorage): void {
  const all = drafts(agent, drawer);
  const left = all.filter(({ call, saved }) => !saved || shown.includes(call));
  if (left.length < all.length) write(agent, left, drawer);
}

/** A draft without what was not saved: as the gateway has it, or empty. */
export function discarded(draft: Draft, before?: { notes?: string; disposition?: string }): Draft {
  return { ...draft, notes: before?.notes ?? "", disposition: before?.disposition ?? "", saved: true };
}

/** The calls that an agent has something to write about: this one, and those with words that are not saved. */
export function toWrite(current: string, kept: Draft[]): string[] {
  const unsaved = kept.filter(({ call, saved }) => !saved && call !== current).map(({ call }) => call);
  return current ? [current, ...unsaved] : unsaved;
}

function write(agent: string, all: Draft[], drawer: Drawer): void {
  try {
    if (all.length > 0) drawer.setItem(place(agent), JSON.stringify(all));
    else drawer.removeItem(place(agent));
  } catch {
    // They are then this page's alone, until it is loaded again.
  }
}

function whole(one: unknown): one is Draft {
  const draft = one as Draft;
  return typeof draft?.call === "string" && typeof draft.notes === "string" && typeof draft.disposition === "string";
}
