// Draws a call's whiteboard. The paper is white in every scheme, so that all see the
// same inks.

import { type Drawn, height, type Ink, type Mark, type Point, width } from "./drawing.ts";
import type { Pointer } from "./easel.ts";

const colours: Record<Ink, string> = { black: "#1c2422", red: "#b3261e", blue: "#0b57d0", green: "#14663a", orange: "#a85b00", violet: "#6b21a8" };

/** How thick a line of each size is, and how high letters are, in units of the board. */
const lines = [4, 10, 22];
const letters = [36, 60, 96];

const font = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "Noto Sans Arabic", sans-serif';

/** Pictures that were decoded, by what was sent; null while one is, and for what is none. */
export class Pictures {
  readonly #known = new Map<string, ImageBitmap | null>();
  readonly #arrived: () => void;

  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  of(image: string): ImageBitmap | null {
    const known = this.#known.get(image);
    if (known !== undefined) return known;
    this.#known.set(image, null);
    void this.#decode(image);
    return null;
  }

  /** Without fetching anything: a site's policy need not allow pictures. */
  async #decode(image: string): Promise<void> {
    try {
      const [head = "", content = ""] = image.split(",");
      const type = /^data:(image\/(?:png|jpeg));base64$/.exec(head)?.[1];
      if (!type) return;
      const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      this.#known.set(image, await createImageBitmap(new Blob([bytes], { type })));
      this.#arrived();
    } catch {
      // What cannot be decoded stays a frame.
    }
  }
}

/** Draws the board over the whole of a canvas. */
export function paint(canvas: HTMLCanvasElement, drawn: readonly Mark[], pictures: Pictures): void {
  const on = canvas.getContext("2d");
  if (!on) return;
  on.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
  on.fillStyle = "#fff";
  on.fillRect(0, 0, width, height);
  on.lineCap = on.lineJoin = "round";
  for (const one of drawn) mark(on, one, pictures);
}

function mark(on: CanvasRenderingContext2D, one: Mark, pictures: Pictures): void {
  const { tool, points, ink, size, text } = one;
  const [from = [0, 0] as Point, to = from] = points;
  on.strokeStyle = on.fillStyle = colours[ink];
  on.lineWidth = lines[size - 1] ?? 4;
  on.beginPath();
  if (tool === "text") {
    on.font = `${letters[size - 1] ?? 36}px ${font}`;
    on.textBaseline = "top";
    for (const [i, line] of lineBreaks(on, text, width - from[0]).entries()) on.fillText(line, from[0], from[1] + i * (letters[size - 1] ?? 36) * 1.2);
    return;
  }
  if (tool === "picture") return picture(on, from, to, pictures.of(one.image));
  if (tool === "rect") on.rect(...box(from, to));
  else if (tool === "ellipse") on.ellipse((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, Math.abs(to[0] - from[0]) / 2, Math.abs(to[1] - from[1]) / 2, 0, 0, 2 * Math.PI);
  else path(on, points);
  if (tool === "arrow") arrowhead(on, from, to);
  on.stroke();
}

/** The lines of a text that has so much room; a word that is longer than that stands over. */
function lineBreaks(on: CanvasRenderingContext2D, text: string, room: number): string[] {
  return text.split("\n").flatMap((line) =>
    line.split(" ").reduce<string[]>((lines, word) => {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      const fits = lines.length > 0 && on.measureText(longer).width <= room;
      return fits ? [...lines.slice(0, -1), longer] : [...lines, word];
    }, []),
  );
}

function path(on: CanvasRenderingContext2D, points: readonly Point[]): void {
  const [first = [0, 0] as Point] = points;
  on.moveTo(...first);
  for (const point of points.length > 1 ? points.slice(1) : [first]) on.lineTo(...point);
}

function arrowhead(on: CanvasRenderingContext2D, from: Point, to: Point): void {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const long = 14 + 3 * on.lineWidth;
  for (const side of [-0.5, 0.5]) {
    on.moveTo(...to);
    on.lineTo(to[0] - long * Math.cos(angle + side), to[1] - long * Math.sin(angle + side));
  }
}

function picture(on: CanvasRenderingContext2D, from: Point, to: Point, of: ImageBitmap | null): void {
  const at = box(from, to);
  if (of) return on.drawImage(of, ...at);
  on.lineWidth = 2;
  on.strokeStyle = "#717c79";
  on.strokeRect(...at);
}

const box = (a: Point, b: Point) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])] as const;

/** Where others point, and where the keyboard's cross stands. */
export function overlay(canvas: HTMLCanvasElement, pointers: readonly Pointer[], cross: Point | undefined): void {
  const on = canvas.getContext("2d");
  if (!on) return;
  for (const { at, name } of pointers) {
    on.beginPath();
    on.arc(...at, 16, 0, 2 * Math.PI);
    on.fillStyle = "rgb(179 38 30 / .85)";
    on.fill();
    on.font = `32px ${font}`;
    on.textBaseline = "bottom";
    on.fillText(name, at[0] + 20, at[1] - 8);
  }
  if (!cross) return;
  for (const [colour, wide] of [["#fff", 8], ["#1c2422", 3]] as const) {
    on.strokeStyle = colour;
    on.lineWidth = wide;
    on.beginPath();
    on.moveTo(cross[0] - 30, cross[1]);
    on.lineTo(cross[0] + 30, cross[1]);
    on.moveTo(cross[0], cross[1] - 30);
    on.lineTo(cross[0], cross[1] + 30);
    on.stroke();
  }
}

/** The board as a picture of its own, in full size. */
export function saved(drawn: readonly Drawn[], pictures: Pictures): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  paint(canvas, drawn, pictures);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
