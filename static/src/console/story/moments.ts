// A call's story as the gateway tells it, and how far of it has been played.

/** What GET /v1/calls/{call}/timeline has. */
export interface Timeline {
  call: string;
  moments: Moment[];
}

export interface Moment {
  kind: string;
  at: string;
  offset_ms: number;
  leg?: string;
  role?: "agent" | "visitor" | "site";
  address?: string;
  to?: string;
  reason?: string;
  text?: string;
  url?: string;
  title?: string;
  disposition_name?: string;
  recording?: string;
  seconds?: number;
  metric?: string;
}

/** The call has ended, so that nothing more happens but that somebody notes something. */
export const isOver = (moments: Moment[]): boolean => moments.some(({ kind }) => kind === "call.ended");

/** How many milliseconds there are to play: what was noted afterwards stands at the end. */
export function length(moments: Moment[]): number {
  const last = moments.findLast(({ kind }) => kind === "call.ended") ?? moments.findLast(({ kind }) => kind !== "wrap_up");
  return last?.offset_ms ?? 0;
}

/** What has happened by a position, in milliseconds; at the end that is everything. */
export function upTo(moments: Moment[], position: number): Moment[] {
  if (position >= length(moments)) return moments;
  return moments.filter(({ offset_ms }) => offset_ms <= position);
}

/** Only these are addresses that a click may open. */
export function opens(address: string | undefined): string | undefined {
  return address && /^https?:\/\//i.test(address) ? address : undefined;
}
