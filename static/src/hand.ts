// The hand that draws on a whiteboard: a pen or finger that drags, one that presses
// twice, or the keyboard, which moves a cross and sets points with Enter.

import { height, type Point, type Tool, width, within } from "./drawing.ts";

export interface Hears {
  tool(): Tool | "pointer";
  begins(): void;
  /** What is drawn so far. */
  grows(points: Point[]): void;
  done(points: Point[]): void;
  gaveUp(): void;
  /** Where the pointer is; undefined for nowhere. */
  points(at: Point | undefined): void;
  /** The cross has moved. */
  moved(): void;
}

/** How far something is dragged that is meant to be, in units of the board. */
const dragged = 12;

/** How far an arrow key moves the cross, and with Shift. */
const far = 40;
const near = 5;

export class Hand {
  /** Where the keyboard's cross stands, while it is shown. */
  cross: Point | undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #hears: Hears;
  readonly #listening = new AbortController();
  #points: Point[] = [];
  #down: Point | undefined;
  #drags = false;

  constructor(canvas: HTMLCanvasElement, hears: Hears) {
    this.#canvas = canvas;
    this.#hears = hears;
    const { signal } = this.#listening;
    canvas.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#lift(event), { signal });
    canvas.addEventListener("pointercancel", () => this.#giveUp(), { signal });
    canvas.addEventListener("pointerleave", () => this.#hears.tool() === "pointer" && this.#hears.points(undefined), { signal });
    canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
    canvas.addEventListener("blur", () => this.#showCross(undefined), { signal });
  }

  /** Whatever was begun is forgotten. */
  drop(): void {
    this.#points = [];
    this.#down = undefined;
    this.#drags = false;
  }

  stop(): void {
    this.#listening.abort();
    this.#canvas.tabIndex = -1;
    this.drop();
  }

  #at(event: PointerEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return within(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#down = this.#at(event);
    this.#showCross(undefined);
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#hears.tool() === "pointer") return this.#hears.points(at);
    if (!this.#down || places(this.#hears.tool())) {
      if (!this.#down && this.#points.length > 0 && isShape(this.#hears.tool())) this.#hears.grows([this.#points[0] ?? at, at]);
      return;
    }
    if (!this.#drags && apart(this.#down, at) < dragged) return;
    if (!this.#drags) this.#drag(this.#down);
    if (isShape(this.#hears.tool())) this.#points = [this.#points[0] ?? at, at];
    else for (const one of coalesced(event)) this.#follow(this.#at(one));
    this.#hears.grows(this.#points);
  }

  #drag(from: Point): void {
    this.#drags = true;
    this.#points = [from];
    this.#hears.begins();
  }

  #follow(at: Point): void {
    const last = this.#points.at(-1);
    if (!last || apart(last, at) >= 3) this.#points.push(at);
  }

  #lift(event: PointerEvent): void {
    if (!this.#down) return;
    const at = this.#at(event);
    this.#down = undefined;
    if (!this.#drags) return this.#set(at, true);
    this.#finish(this.#points);
  }

  /** A press without a drag, or Enter: where something begins, goes on, ends, or stands. */
  #set(at: Point, once: boolean): void {
    const tool = this.#hears.tool();
    if (tool === "pointer") return this.#hears.points(at);
    const pen = tool === "pen";
    if (places(tool) || (pen && once)) return this.#finish([at]);
    if (this.#points.length === 0) {
      this.#points = [at];
      this.#hears.begins();
      return this.#hears.grows([at]);
    }
    const last = this.#points.at(-1) ?? at;
    if (!pen) return apart(last, at) > 0 ? this.#finish([this.#points[0] ?? at, at]) : undefined;
    if (apart(last, at) === 0) return this.#finish(this.#points);
    this.#points.push(at);
    this.#hears.grows(this.#points);
  }

  #finish(points: Point[]): void {
    this.drop();
    this.#hears.done(points);
  }

  #giveUp(): void {
    if (this.#points.length === 0 && !this.#down) return;
    this.drop();
    this.#hears.gaveUp();
  }

  #key(event: KeyboardEvent): void {
    const step = event.shiftKey ? near : far;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const cross = this.cross ?? ([width / 2, height / 2] as const);
    if (event.key === "Escape" && this.#points.length > 0) {
      event.stopPropagation(); // it closes nothing else
      return this.#giveUp();
    }
    if (!by && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!by) {
      this.#showCross(cross);
      return this.#set(cross, false);
    }
    this.#showCross(within(cross[0] + (by[0] ?? 0), cross[1] + (by[1] ?? 0)));
    if (this.#hears.tool() === "pointer") this.#hears.points(this.cross);
    else if (this.#points.length > 0 && isShape(this.#hears.tool())) this.#hears.grows([this.#points[0] ?? cross, this.cross ?? cross]);
  }

  #showCross(at: Point | undefined): void {
    if (!at && this.#hears.tool() === "pointer" && this.cross) this.#hears.points(undefined);
    this.cross = at;
    this.#hears.moved();
  }
}

/** All the places on the way; older browsers, and scripts, tell of the last alone. */
function coalesced(event: PointerEvent): PointerEvent[] {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length > 0 ? all : [event];
}

const isShape = (tool: string): boolean => ["line", "arrow", "rect", "ellipse"].includes(tool);

/** Whatever stands at one place. */
const places = (tool: string): boolean => tool === "text" || tool === "picture";

const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
