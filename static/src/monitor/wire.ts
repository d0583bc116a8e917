// What the API sends, as far as the monitor shows it. doc/api.md tells the rest.

export interface List<T> {
  data: T[];
  has_more: boolean;
}

export interface Session {
  person: { name: string; email: string; role: string };
  account: { id: string; name: string };
  operator: boolean;
  csrf_token: string;
}

export interface Quality {
  codec: string;
  loss: number;
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
  lost?: boolean;
  quality?: Quality;
}

export interface LiveCall {
  id: string;
  status: string;
  from: string;
  to: string;
  created_at: string;
  answered_at?: string;
  legs: Leg[];
}

export interface Trunk {
  name: string;
  state: string;
  legs: number;
  detail: string;
}

export interface Envelope {
  id: string;
  type: string;
  timestamp: string;
  seq: number;
  call?: string;
  call_seq?: number;
  data: Record<string, unknown>;
}

export interface Delivery {
  id: string;
  event: string;
  event_type: string;
  endpoint: string;
  url: string;
  status: string;
  attempts: number;
  response_status?: number;
  error?: string;
  created_at: string;
  next_attempt_at?: string;
}

export interface CallRecord {
  id: string;
  status: string;
  end_reason?: string;
  message?: string;
  from: string;
  to: string;
  via: string;
  created_at: string;
  answered_at?: string;
  ended_at?: string;
  duration_ms: number;
  legs: Leg[];
}
