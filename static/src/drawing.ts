// What is on a call's whiteboard, as its room tells of it. The board has units of its
// own, so that all see the same on screens of every size. Nothing here draws.

import type { Operation } from "./wire.ts";

export const width = 1600;
export const height = 1000;

export const tools = ["pen", "line", "arrow", "rect", "ellipse", "text", "picture"] as const;
export type Tool = (typeof tools)[number];

export const inks = ["black", "red", "blue", "green", "orange", "violet"] as const;
export type Ink = (typeof inks)[number];

export const sizes = [1, 2, 3] as const;

/** The most points that a line may have. */
export const mostPoints = 1000;

/** The longest side of a picture on the board, and the most bytes of one as it is sent. */
export const mostPicture = 24 << 10;

export type Point = readonly [x: number, y: number];

/** What somebody puts on the board. */
export interface Mark {
  tool: Tool;
  points: Point[];
  ink: Ink;
  size: number;
  text: string;
  image: string;
}

/** A mark that is on the board, or grows there. */
export interface Drawn extends Mark {
  seq: number;
  by: Operation["by"];
  name: string;
}

export const written = (points: readonly Point[]): string => points.map(([x, y]) => `${x},${y}`).join(" ");

/** What no gateway of ours would pass on is no point. */
export function pointsOf(text: string): Point[] {
  return text.split(" ").flatMap((one) => {
    const [x, y] = one.split(",").map(Number);
    return x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y) ? [[x, y] as const] : [];
  });
}

/** A mark as it is told; undefined for what this page does not know how to draw. */
export function markOf({ tool, points = "", ink, size = 1, text = "", image = "" }: Operation): Mark | undefined {
  const known = tools.find((one) => one === tool);
  const all = pointsOf(points);
  if (!known || all.length === 0) return undefined;
  return { tool: known, points: all, ink: inks.find((one) => one === ink) ?? "black", size, text, image };
}

/** The operations of a room that are about its board, in their order. */
export const drawnIn = (log: Operation[]): Operation[] => log.filter(({ kind }) => kind === "draw" || kind === "undo" || kind === "clear");

/** What the board shows: all since it was last cleared that was not taken back. */
export function shown(log: Operation[]): Drawn[] {
  const undone = takenBack(log);
  let all: Drawn[] = [];
  for (const one of log) {
    const { seq = 0, kind, by, name = "" } = one;
    if (undone.has(seq)) continue;
    if (kind === "clear") all = [];
    const mark = kind === "draw" ? markOf(one) : undefined;
    if (mark) all.push({ ...mark, seq, by, name });
  }
  return all;
}

/** The place of what the person would take back next; undefined for nothing. */
export function undoable(log: Operation[]): number | undefined {
  const undone = takenBack(log);
  const seen = new Set(shown(log).map(({ seq }) => seq));
  return log.findLast(({ seq = 0, kind, by }) => by === "you" && !undone.has(seq) && (kind === "clear" || seen.has(seq)))?.seq;
}

function takenBack(log: Operation[]): Set<number> {
  return new Set(log.flatMap(({ kind, of }) => (kind === "undo" && of ? [of] : [])));
}

/** No more points than a line may have: of a longer one every second is left out. */
export function thinned(points: Point[]): Point[] {
  let all = points;
  while (all.length > mostPoints) all = all.filter((_, i) => i % 2 === 0 || i === all.length - 1);
  return all;
}

/** A place on the board for one anywhere. */
export const within = (x: number, y: number): Point => [Math.round(Math.min(width, Math.max(0, x))), Math.round(Math.min(height, Math.max(0, y)))];
