// What a page draws on a call's whiteboard, and what it sees others draw: beside the
// room's log what is on its way there, the lines that grow, and where somebody points.
// It draws nothing itself.

import { drawnIn, type Drawn, type Mark, markOf, type Point, shown, undoable, within, written } from "./drawing.ts";
import type { Operation, RoomWish, Trouble } from "./wire.ts";

/** Who points where. */
export interface Pointer {
  by: Operation["by"];
  name: string;
  at: Point;
}

/** Everything that there is to show. */
export interface Easeled {
  shown: Drawn[];
  /** Lines that grow, and what of this page has not arrived. */
  growing: Drawn[];
  pointers: Pointer[];
  canUndo: boolean;
  canClear: boolean;
  /** Why something was not taken, by the gateway's code; empty while all is well. */
  refused: string;
}

/** How long a line that somebody draws, or a pointer, is shown after it was last told. */
const fades = 8_000;

/** How often a page tells how far its line has come, in ms. */
const every = 120;

type Wish = Omit<Operation, "by" | "name" | "at" | "seq">;

export class Easel {
  now: Easeled = { shown: [], growing: [], pointers: [], canUndo: false, canClear: false, refused: "" };
  readonly #ask: (wish: RoomWish) => void;
  readonly #changed: () => void;
  #log: Operation[] = [];
  #pending = new Map<string, Wish>();
  #sketches = new Map<string, { drawn: Drawn; until: number }>();
  #pointers = new Map<string, { pointer: Pointer; until: number }>();
  #refused = "";
  /** Of the line that this page draws: its name, how much of it was told, and when. */
  #own = { stroke: "", told: 0, at: 0 };
  #pointedAt = 0;
  #fading: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (wish: RoomWish) => void, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** What the room's log says. */
  show(log: Operation[]): void {
    this.#log = drawnIn(log);
    for (const { id = "", stroke = "" } of this.#log) {
      this.#pending.delete(id);
      this.#sketches.delete(stroke);
    }
    this.#update();
  }

  /** What others are doing, and nobody keeps. */
  passing(operation: Operation, now: number = Date.now()): void {
    const { kind, by, name = "", stroke = "", points = "" } = operation;
    const until = now + fades;
    const mark = markOf(operation);
    if (kind === "sketch" && mark) this.#sketches.set(stroke, { drawn: this.#grown(stroke, mark, by, name), until });
    else if (kind === "point") this.#point(by, name, points, until);
    this.#update(now);
  }

  #grown(stroke: string, mark: Mark, by: Operation["by"], name: string): Drawn {
    const before = mark.tool === "pen" ? (this.#sketches.get(stroke)?.drawn.points ?? []) : [];
    return { ...mark, points: [...before, ...mark.points], seq: 0, by, name };
  }

  #point(by: Operation["by"], name: string, points: string, until: number): void {
    const [x, y] = points.split(",").map(Number);
    if (points === "" || x === undefined || y === undefined) this.#pointers.delete(by + name);
    else this.#pointers.set(by + name, { pointer: { by, name, at: within(x, y) }, until });
  }

  /** A line of this page begins. */
  begin(): void {
    this.#own = { stroke: unique(), told: 0, at: 0 };
  }

  /** The line has come so far: the others are told, now and then. */
  grows(mark: Mark, now: number = Date.now()): void {
    if (now - this.#own.at < every) return;
    this.#own.at = now;
    const fresh = mark.tool === "pen" ? mark.points.slice(this.#own.told) : mark.points;
    this.#own.told = mark.points.length;
    if (fresh.length === 0) return;
    const { tool, ink, size } = mark;
    this.#ask({ operation: { kind: "sketch", stroke: this.#own.stroke, tool, ink, size, points: written(fresh) } });
  }

  draw({ tool, points, ink, size, text, image }: Mark): void {
    const said = tool === "text" ? { text, ink, size } : tool === "picture" ? { image } : { ink, size };
    this.#wish({ id: unique(), kind: "draw", tool, points: written(points), stroke: this.#own.stroke || unique(), ...said });
    this.#own.stroke = "";
  }

  undo(): void {
    const of = undoable(this.#log);
    if (of !== undefined) this.#wish({ id: `u${of}`, kind: "undo", of });
  }

  clear(): void {
    if (this.now.canClear) this.#wish({ id: unique(), kind: "clear" });
  }

  /** Points somewhere; at undefined nowhere any more. */
  pointAt(at: Point | undefined, now: number = Date.now()): void {
    if (at && now - this.#pointedAt < every) return;
    this.#pointedAt = now;
    this.#ask({ operation: { kind: "point", points: at ? written([at]) : "" } });
  }

  refused({ operation = "", code }: Trouble): void {
    if (!this.#pending.delete(operation)) return;
    this.#refused = code;
    this.#update();
  }

  /** The connection is back: what may have been lost is sent once more. */
  back(): void {
    for (const operation of this.#pending.values()) this.#ask({ operation });
  }

  /** Another call, or none: nothing of the one before is kept. */
  leave(): void {
    clearTimeout(this.#fading);
    this.#pending.clear();
    this.#sketches.clear();
    this.#pointers.clear();
    this.#refused = "";
  }

  #wish(operation: Wish): void {
    this.#refused = "";
    this.#pending.set(operation.id ?? "", operation);
    this.#ask({ operation });
    this.#update();
  }

  #update(now: number = Date.now()): void {
    for (const passing of [this.#sketches, this.#pointers]) for (const [name, { until }] of passing) if (until <= now) passing.delete(name);
    const waiting = [...this.#pending.values()].flatMap((one) => {
      const mark = one.kind === "draw" ? markOf({ ...one, by: "you", at: "" }) : undefined;
      return mark ? [{ ...mark, seq: 0, by: "you" as const, name: "" }] : [];
    });
    const seen = shown(this.#log);
    this.now = {
      shown: seen,
      growing: [...[...this.#sketches.values()].map(({ drawn }) => drawn), ...waiting],
      pointers: [...this.#pointers.values()].map(({ pointer }) => pointer),
      canUndo: undoable(this.#log) !== undefined,
      canClear: seen.length > 0,
      refused: this.#refused,
    };
    clearTimeout(this.#fading);
    if (this.#sketches.size + this.#pointers.size > 0) this.#fading = setTimeout(() => this.#update(), fades);
    this.#changed();
  }
}

/** Pages without HTTPS have no randomUUID. */
function unique(): string {
  return `d${[...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join("")}`;
}
