// Whom an agent means by what they write: a colleague's or a queue's name, an
// extension, or a number.

import { destination, readable } from "../number.ts";
import { agentIn } from "./who.ts";
import type { Named } from "./wire.ts";

/** Those whose name holds what was written, unless it is one's whole name. */
export function matches<T extends Named>(written: string, colleagues: T[]): T[] {
  const part = written.trim().toLowerCase();
  if (part === "" || /^[+\d]/.test(part)) return [];
  const found = colleagues.filter(({ name }) => name.toLowerCase().includes(part));
  return found.length === 1 && found[0]?.name.toLowerCase() === part ? [] : found.slice(0, 5);
}

/** The address of whoever was named: a colleague, where the name is one's alone, an extension, or a number. */
export function addressed(written: string, colleagues: Named[]): string | undefined {
  const name = written.trim().toLowerCase();
  const extension = /^\d{1,8}$/.test(name) && colleagues.find((one) => one.extension === name);
  if (extension) return extension.address;
  const named = colleagues.filter((one) => one.name.toLowerCase() === name);
  if (named.length === 1) return named[0]?.address;
  const close = matches(written, colleagues);
  return close.length === 1 ? close[0]?.address : destination(written);
}

/** A colleague or a queue by name, a number in groups, anything else as it is. */
export function nameOf(address: string, colleagues: Named[]): string {
  const agent = agentIn(address);
  const found = colleagues.find((one) => one.address === address || (agent && agentIn(one.address) === agent))?.name;
  return found || readable(address.replace(/^(tel|sip|ref|browser):/, ""));
}
