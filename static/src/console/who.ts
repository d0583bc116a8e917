// Who is at the other end of a call, and what is known about them. Names that
// begin with identity. were checked by the gateway for the site, those with rule. are
// what a rule of the account's own says, and those with transfer. what a colleague says
// who hands the call on; those with caller. are what a telephone says. No page can send
// any. Everything else is only what the page of a stranger says.

import { readable } from "../number.ts";

export interface Fact {
  name: string;
  value: string;
}

export interface Who {
  /** A name that was checked, else a number in groups; empty for an unnamed visitor. */
  name: string;
  /** The number or address behind the name, empty where the name is all there is. */
  address: string;
  checked: Fact[];
  /** What the account's own rules say. */
  ruled: Fact[];
  /** What a colleague says who hands the call on. */
  handed: Fact[];
  unchecked: Fact[];
  /** What a caller by telephone says of itself, through networks that check nothing. */
  claimed: Fact[];
}

const checkedPrefix = "identity.";
const claimedPrefix = "caller.";
const ruledPrefix = "rule.";
const handedPrefix = "transfer.";
/** Who has handed the call on. */
export const handedBy = "transfer.by";
/** Who consults a colleague about the call, and has not handed it on yet. */
export const askedBy = "transfer.asked_by";

/** The facts in the order in which an agent asks for them: where, what, then the rest. */
const first = ["page", "title", "referrer", "product", "cart", "order"];

export function who(from: string, metadata: Record<string, string>): Who {
  const checked: Fact[] = [];
  const ruled: Fact[] = [];
  const handed: Fact[] = [];
  const unchecked: Fact[] = [];
  const claimed: Fact[] = [];
  for (const [name, value] of Object.entries(metadata)) {
    if (value === "") continue;
    if (name.startsWith(checkedPrefix)) checked.push({ name: name.slice(checkedPrefix.length), value });
    else if (name.startsWith(ruledPrefix)) ruled.push({ name, value });
    else if (name.startsWith(handedPrefix)) handed.push({ name, value });
    else if (name.startsWith(claimedPrefix)) claimed.push({ name, value });
    else unchecked.push({ name, value });
  }
  unchecked.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  const number = from.startsWith("+") ? readable(from) : "";
  const name = metadata["identity.name"] ?? "";
  return { name: name || number, address: name ? number : "", checked: checked.filter(shown), ruled, handed, unchecked, claimed };
}

function rank(name: string): number {
  const at = first.indexOf(name);
  return at < 0 ? first.length : at;
}

/** The name stands above the facts, and an ID of our own people tells an agent nothing. */
function shown({ name, value }: Fact): boolean {
  return name !== "name" && !(name === "sub" && value.startsWith("person_"));
}

/** Under which a rule's page comes; no page of a visitor can send it. */
export const rulePage = "rule.page";

/** The page that a rule names, where it is one that may be opened: what runs in ours, or is sent in clear, is none. */
export function safePage(page: string | undefined): string {
  try {
    const url = new URL(page ?? "");
    return url.protocol === "https:" && url.username === "" ? url.href : "";
  } catch {
    return "";
  }
}

/** The ID of a colleague in a browser's address, with or without the account's own ending. */
export function agentIn(address: string): string {
  return /^(?:browser:)?(agent_[A-Za-z0-9_-]+)/.exec(address)?.[1] ?? "";
}
