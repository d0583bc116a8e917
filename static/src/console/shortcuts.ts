// The keys of the console: Ctrl and Shift with a letter or a digit, which nobody
// types into a field. Where a browser or a screen reader has a use of its own for
// one of them, the agent chooses another.

export const actions = ["answer", "reject", "hangUp", "mute", "hold", "transfer", "dial", "notes", "chat"] as const;

export type Action = (typeof actions)[number];

export type Keys = Record<Action, string>;

/** By the place of the key (KeyboardEvent.code), so that they are the same on every layout. */
export const defaults: Keys = {
  answer: "KeyA",
  reject: "KeyX",
  hangUp: "KeyE",
  mute: "KeyM",
  hold: "KeyH",
  transfer: "KeyF",
  dial: "KeyD",
  notes: "KeyL",
  chat: "KeyY",
};

const place = "webtrunk-console-keys";

export function keys(): Keys {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Keys>;
    return valid({ ...defaults, ...kept });
  } catch {
    return defaults;
  }
}

/** Gives an action a key; one that another action had is exchanged with it. */
export function rebind(before: Keys, action: Action, code: string): Keys {
  const now = { ...before };
  const other = actions.find((one) => before[one] === code);
  if (other) now[other] = before[action];
  now[action] = code;
  return now;
}

export function keep(now: Keys): void {
  try {
    localStorage.setItem(place, JSON.stringify(now));
  } catch {
    // They are then this page's alone.
  }
}

/** Which action a key stroke means, if any. */
export function meant(bound: Keys, event: Pick<KeyboardEvent, "ctrlKey" | "shiftKey" | "altKey" | "metaKey" | "code">): Action | undefined {
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return undefined;
  return actions.find((action) => bound[action] === event.code);
}

/** Whether a key may be bound: a letter or a digit. */
export function bindable(code: string): boolean {
  return /^(Key[A-Z]|Digit[0-9])$/.test(code);
}

/** What is printed on the key. */
export function label(code: string): string {
  return `Ctrl+Shift+${code.replace(/^(Key|Digit)/, "")}`;
}

/** What is written for screen readers in aria-keyshortcuts. */
export function spoken(code: string): string {
  return `Control+Shift+${code.replace(/^(Key|Digit)/, "")}`;
}

function valid(read: Keys): Keys {
  const codes = actions.map((action) => read[action]);
  return codes.every(bindable) && new Set(codes).size === codes.length ? read : defaults;
}
