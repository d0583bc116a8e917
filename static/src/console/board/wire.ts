// What the API sends, as far as the board shows it. /docs tells the rest.

import type { Presence } from "../presence.ts";

export interface Queue {
  id: string;
  name: string;
  service_level_seconds: number;
}

export interface LiveQueue {
  queue: string;
  open: boolean;
  waiting: number;
  longest_wait_seconds: number;
  agents_available: number;
  agents_busy: number;
  agents_away: number;
  answered: number;
  abandoned: number;
  left: number;
  service_level?: number;
}

export interface Entry {
  call: string;
  queue: string;
  position: number;
  since: string;
  priority: number;
  needs?: Record<string, number>;
  callback: boolean;
  offered_to: string[];
  from?: string;
  metadata?: Record<string, string>;
}

export interface Agent {
  id: string;
  name: string;
  queues: string[];
  presence?: Presence & { call?: string; queue?: string; places: number };
}

export interface Figures {
  from: string;
  to: string;
  offered: number;
  answered: number;
  answered_in_time: number;
  called_back: number;
  abandoned: number;
  voicemails: number;
  service_level?: number;
  mean_wait_seconds: number;
  longest_wait_seconds: number;
}
