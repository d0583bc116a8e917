// What the API sends, as far as the monitor shows it. /docs tells the rest.

export interface List<T> {
  data: T[];
  has_more: boolean;
  next_cursor?: string;
}

export interface Session {
  person: { name: string; email: string; role: string };
  account: string;
  operator: boolean;
  rights: string[];
  csrf_token: string;
}

export interface Quality {
  codec?: string;
  loss: number;
  far_loss: number;
  jitter_ms: number;
  round_trip_ms: number;
  mos: number;
}

export interface Leg {
  id: string;
  kind: string;
  role: string;
  address: string;
  state: string;
  held?: boolean;
  reconnecting?: boolean;
  /** It has no sound so far. */
  written?: boolean;
  /** What somebody who was invited does instead of talking with all. */
  part?: "listen" | "whisper";
  heard_by?: string;
  warnings?: string[];
  quality?: Quality | null;
}

/** A transfer of a call, as far as who talks to whom depends on it. */
export interface RunningTransfer {
  by?: string;
  consult: boolean;
  method: string;
  result: string;
  /** How far it is, while it is pending. */
  state?: "requested" | "queued" | "ringing" | "consulting";
}

export interface LiveCall {
  id: string;
  livemode: boolean;
  status: string;
  from: string;
  to: string;
  via?: string;
  metadata: Record<string, string>;
  created_at: string;
  answered_at?: string;
  legs: Leg[];
  transfers?: RunningTransfer[];
}

export interface Trunk {
  name: string;
  status: string;
  livemode: boolean;
  message: string;
  since?: string;
  calls: number;
  limits?: { calls?: number; calls_per_second?: number };
  retry_at?: string;
  round_trip_ms?: number;
  peers?: string[];
  registered_until?: string;
  calls_arrived: number;
  calls_dialled: number;
  calls_answered: number;
  calls_refused: number;
  calls_failed: number;
  last_heard_at?: string;
  last_fault_at?: string;
}

export interface Envelope {
  id: string;
  type: string;
  timestamp: string;
  livemode: boolean;
  account: string;
  seq: number;
  call?: string;
  call_seq?: number;
  data: unknown;
}

export interface Endpoint {
  id: string;
  url: string;
}

export interface Delivery {
  id: string;
  event: string;
  type: string;
  webhook_endpoint: string;
  status: string;
  attempt_count: number;
  status_code?: number;
  error?: string;
  created_at: string;
  next_attempt_at?: string;
  attempts?: DeliveryAttempt[];
}

export interface DeliveryAttempt {
  number: number;
  at: string;
  status_code?: number;
  duration_ms: number;
  response?: string;
  error?: string;
}

export interface CallRecord {
  id: string;
  direction: string;
  status: string;
  end_reason?: string;
  ended_by?: string;
  sip_code?: number;
  message?: string;
  from: string;
  to: string;
  reference?: string;
  via?: string;
  metadata?: Record<string, string>;
  created_at: string;
  answered_at: string | null;
  ended_at: string | null;
  wait_ms: number;
  duration_ms: number;
  route: RouteAttempt[];
  legs: LegRecord[];
  transfers?: TransferRecord[];
  wrap_ups?: WrapUp[];
  price: { amount: number; currency: string } | null;
  identity_erased_at?: string;
}

/** What an agent noted of a call. */
export interface WrapUp {
  agent: string;
  disposition?: string;
  disposition_name?: string;
  notes?: string;
  updated_at: string;
}

/** One target that a call was sent to, and how that ended. */
export interface RouteAttempt {
  for: string;
  stage: number;
  address: string;
  leg: string;
  result: string;
  sip_code?: number;
  message?: string;
}

export interface LegRecord {
  id: string;
  kind: string;
  role: string;
  address: string;
  created_at: string;
  joined_at: string | null;
  left_at: string | null;
  reason?: string;
  sip_code?: number;
  message?: string;
  codec?: string;
  quality: Quality | null;
  state: string;
}

export interface TransferRecord {
  by: string;
  to: string;
  consult: boolean;
  result: string;
  reason?: string;
  message?: string;
}
