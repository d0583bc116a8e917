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
  file?: string;
  url?: string;
  title?: string;
  disposition_name?: string;
  recording?: string;
  seconds?: number;
  metric?: string;
}

/** What GET /v1/calls/{call}/whiteboard has of each thing that was done on the board. */
export interface BoardStep {
  seq: number;
  kind: "draw" | "undo" | "clear";
  role: "agent" | "visitor";
  from?: string;
  created_at: string;
  tool?: string;
  points?: string;
  ink?: string;
  size?: number;
  text?: string;
  image?: string;
  of?: number;
}

/** Somebody has drawn. */
export const hasBoard = (moments: Moment[]): boolean => moments.some(({ kind }) => kind === "whiteboard.updated");

/** What was done on the board by a position in the story, in milliseconds. */
export function drawnBy(steps: BoardStep[], moments: Moment[], position: number): BoardStep[] {
  const [first] = moments;
  if (!first || position >= length(moments)) return steps;
  const until = Date.parse(first.at) - first.offset_ms + position;
  return steps.filter(({ created_at }) => Date.parse(created_at) <= until);
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
