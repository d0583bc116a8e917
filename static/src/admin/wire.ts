// What the API sends and takes, as far as it is edited here. /docs tells the rest.

import type { Amount } from "../money.ts";
import type { Trunk as Fares } from "../monitor/wire.ts";
import type { Terms } from "../wire.ts";

export interface Row {
  id: string;
  managed?: boolean;
}

export interface Queue extends Row {
  name: string;
  strategy: "longest_idle" | "round_robin" | "ring_all" | "skills";
  priority: number;
  ring_seconds: number;
  most_waiting: number;
  max_wait_seconds: number;
  last: "voicemail" | "hangup" | "callback" | "queue";
  overflow: { after_seconds: number; queue: string }[];
  relax: { after_seconds: number; by: number }[];
  wrap_up_seconds: number;
  hours?: string;
  closed: { then: "hangup" | "voicemail" | "another_queue"; phrase?: string; queue?: string };
  language?: string;
  greeting?: string;
  music?: string;
  callback: boolean;
  voicemail: boolean;
  recording?: string;
  service_level_seconds: number;
}

export interface Span {
  from: string;
  to: string;
}

export interface Hours extends Row {
  name: string;
  time_zone: string;
  week: (Span & { day: string })[];
  holidays: { date: string; name?: string }[];
  exceptions: { date: string; name?: string; open: Span[] }[];
  open: boolean;
  changes_at?: string;
}

export interface Agent extends Row {
  person: string;
  name: string;
  address: string;
  skills: Record<string, number>;
  queues: string[];
  wrap_up_seconds: number;
  phone?: string;
  phone_hint?: string;
  extension?: string;
}

export type Role = "owner" | "admin" | "developer" | "supervisor" | "agent" | "viewer";

export interface Person extends Row {
  email: string;
  name: string;
  role: Role;
  invited: boolean;
  one_time_password?: string;
}

export type Operator = "equals" | "prefix" | "contains" | "one_of" | "exists";

export interface Condition {
  key: string;
  is: Operator;
  values?: string[];
  trusted?: boolean;
}

export interface Outcome {
  queue?: string;
  priority?: number;
  needs?: Record<string, number>;
  greeting?: string;
  page?: string;
  price?: string;
  caller_page?: string;
}

export interface Rule extends Row {
  name: string;
  position: number;
  when: Condition[];
  then: Outcome;
}

export interface Word extends Row {
  name: string;
  position: number;
}

/** A page that agents may show. */
export interface SharedPage extends Row {
  name: string;
  url: string;
  whole_site: boolean;
  beside: boolean;
  position: number;
}

export interface Reference extends Row {
  label: string;
  enabled: boolean;
  target_hint: string;
  queue?: string;
  aliases: { kind: string; value: string; extension?: string }[];
}

export interface PhoneNumber extends Row {
  number: string;
  account: string;
  reference?: string;
  extensions: { digits: string; reference: string }[];
}

export interface Widget extends Row {
  key: string;
  name: string;
  enabled: boolean;
  origins: string[];
  destinations: string[];
  metadata_names: string[];
  calls_at_once: number;
  calls_per_hour: number;
}

export interface NumberRule {
  begins: string;
  becomes: string;
}

/** A trunk: how it fares, and what its operator has decided. */
export interface Trunk extends Row, Fares {
  proxy?: string;
  transport?: string;
  sources?: string[];
  domain?: string;
  username?: string;
  register?: { registrar?: string; user?: string; expires?: string };
  identity?: { caller_id?: string; numbers?: string[]; present?: string; untrusted?: boolean; believe?: boolean };
  context?: string[];
  prefixes?: string[];
  outbound?: NumberRule[];
  inbound?: NumberRule[];
}

export interface TrunkRoute extends Row {
  name: string;
  prefixes?: string[];
  trunks?: string[];
  by?: string;
}

export interface TrunkTest {
  well: boolean;
  steps: { name: string; well: boolean; message: string; after_ms: number }[];
}

export interface RouteTrial {
  number: string;
  carried: boolean;
  routes: { name: string; fit: "counts" | "shorter" | "later" | "unfit"; prefix?: string }[];
  trunks: { name: string; verdict: "tried" | "down" | "full" | "mode" | "not_named" | "prefixes"; dialled: string; per_minute?: number; currency?: string }[];
}

export interface Finding {
  code: string;
  grade: "well" | "doubt" | "fault";
  message: string;
  change?: string;
  about?: string;
}

export interface PageCheck {
  page: string;
  works: boolean;
  findings: Finding[];
}

export interface RuleTrial {
  rule?: string;
  queue: string;
  closed?: "hangup" | "voicemail";
  opens_at?: string;
  greeting?: string;
  priority: number;
  needs: Record<string, number>;
  page?: string;
}

export interface HoursTrial {
  open: boolean;
  changes_at?: string;
}

/** What some calls cost. */
export interface Price extends Row, Terms {
  name: string;
  active: boolean;
  position: number;
  destinations: string[];
  widgets: string[];
  payers: string[];
  cover_seconds: number;
  accepted_by_use: boolean;
  seller_part: number;
  updated_at: string;
}

export interface Wallet {
  id: string;
  balances: { currency: string; amount: number; held: number; available: number; daily_cap?: number; left_today?: number }[];
}

export type { Movement } from "../statement.ts";

export interface PriceExample {
  charged: Amount;
  counted_seconds: number;
  balance_needed: Amount;
}
