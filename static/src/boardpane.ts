// The whiteboard, a file of its own that is loaded when it is first opened, by the
// widget and by the console: the tools, the board, and in words what is on it. Whatever
// can be drawn by dragging is drawn by two presses too, and by keys.

import { boardTools, type Chosen } from "./boardtools.ts";
import { type BoardWords, boardWords } from "./boardwords.ts";
import { h, onSend, setText, sheet } from "./dom.ts";
import { type Drawn, height, type Mark, type Point, thinned, width, within } from "./drawing.ts";
import { Easel } from "./easel.ts";
import { Hand } from "./hand.ts";
import { overlay, paint, Pictures, saved } from "./paint.ts";
import { shrunk } from "./shrink.ts";
import type { Operation, RoomWish, Trouble } from "./wire.ts";

/** What the board needs of the page around it. */
export interface BoardHost {
  /** What holds its styles. */
  root: Document | ShadowRoot;
  slot: HTMLElement;
  language: string;
  ask(wish: RoomWish): void;
}

/** The board, once it is loaded. */
export interface Board {
  show(log: Operation[]): void;
  passing(operation: Operation): void;
  refused(trouble: Trouble): void;
  back(): void;
  /** Nothing can be drawn any more. */
  end(): void;
  /** Puts the focus where one draws. */
  focus(): void;
  leave(): void;
}

const css = `
.board { display: flex; flex-direction: column; gap: 10px; min-inline-size: 0; }
.board > * { margin: 0; min-inline-size: 0; }
.board-bar { display: grid; gap: 10px; }
.board .tools { display: flex; flex-wrap: wrap; align-items: end; gap: 6px; }
.board .tools button { padding-inline: 10px; }
.board .tools label { display: flex; flex-direction: column; gap: 2px; font-size: 14px; }
.board select, .board input { font: inherit; min-block-size: 44px; max-inline-size: 100%; }
.board canvas { inline-size: 100%; aspect-ratio: 8 / 5; background: #fff; border: 1px solid var(--line); border-radius: 8px; touch-action: none; cursor: crosshair; }
.board canvas:focus-visible, .board summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.board form { display: grid; gap: 8px; }
.board summary { min-block-size: 44px; display: list-item; padding-block: 10px; }
.board ol { margin: 0; max-block-size: 30vh; overflow: auto; overflow-wrap: anywhere; }
.board [hidden] { display: none; }
.board .quiet { font-size: 14px; color: var(--soft); }
.board .quiet:empty, .board .problem:empty { display: none; }
`;

export function start(host: BoardHost): Board {
  return new Pane(host);
}

class Pane implements Board {
  readonly #host: BoardHost;
  readonly #words: BoardWords;
  readonly #easel: Easel;
  readonly #hand: Hand;
  readonly #tools: ReturnType<typeof boardTools>;
  readonly #canvas: HTMLCanvasElement;
  readonly #pictures = new Pictures(() => this.#paint());
  readonly #note = h("p", { class: "quiet", role: "status" });
  readonly #problem = h("p", { class: "problem alert", role: "alert" });
  readonly #form: HTMLFormElement;
  readonly #field = h("input", { id: "board-text", maxlength: "200", dir: "auto", autocomplete: "off" });
  readonly #list = h("ol");
  readonly #sheet = sheet(css);
  readonly #resized: ResizeObserver;
  /** What is to be put where the person presses next. */
  #picture: Awaited<ReturnType<typeof shrunk>>;
  #textAt: Point | undefined;
  #own: Mark | undefined;
  #over = false;

  constructor(host: BoardHost) {
    this.#host = host;
    const words = (this.#words = boardWords[host.language] ?? boardWords.en!);
    this.#easel = new Easel(host.ask, () => this.#draw());
    this.#canvas = h("canvas", { tabindex: "0", role: "application", "aria-label": words.board, "aria-describedby": "board-keys", part: "board-canvas" });
    this.#tools = boardTools(words, {
      turned: () => this.#turned(),
      undo: () => this.#easel.undo(),
      clear: () => this.#easel.clear(),
      save: () => void this.#save(),
      picture: (file) => void this.#take(file),
    });
    this.#hand = new Hand(this.#canvas, {
      tool: () => this.#tools.chosen.tool,
      begins: () => this.#easel.begin(),
      grows: (points) => this.#grows(points),
      done: (points) => this.#done(points),
      gaveUp: () => this.#gaveUp(),
      points: (at) => this.#easel.pointAt(at),
      moved: () => this.#paint(),
    });
    this.#form = this.#makeForm();
    const keys = h("p", { class: "quiet", id: "board-keys" }, words.keys);
    const details = h("details", {}, h("summary", {}, words.on), this.#list);
    this.#resized = new ResizeObserver(() => this.#size());
    this.#resized.observe(this.#canvas);
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.slot.append(h("div", { class: "board", part: "board" }, this.#tools.element, this.#canvas, this.#form, this.#problem, this.#note, keys, details));
    this.#turned();
  }

  show(log: Operation[]): void {
    this.#easel.show(log);
  }

  passing(operation: Operation): void {
    this.#easel.passing(operation);
  }

  refused(trouble: Trouble): void {
    this.#easel.refused(trouble);
  }

  back(): void {
    this.#easel.back();
  }

  end(): void {
    this.#over = true;
    this.#hand.stop();
    this.#form.hidden = true;
    this.#tools.end();
    setText(this.#note, "");
  }

  focus(): void {
    this.#canvas.focus();
  }

  leave(): void {
    this.#resized.disconnect();
    this.#easel.leave();
    const { root, slot } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
    slot.replaceChildren();
  }

  #makeForm(): HTMLFormElement {
    const { text, put, cancel } = this.#words;
    const away = h("button", { type: "button" }, cancel);
    const button = h("button", { type: "submit", class: "go" }, put);
    const made = h("form", { novalidate: true, hidden: true }, h("label", { for: "board-text" }, text), this.#field, button, away);
    onSend(button, () => {
      const said = this.#field.value.trim();
      const at = this.#textAt;
      if (!said || !at) return this.#field.focus();
      this.#close();
      this.#easel.draw(this.#mark([at], { text: said }));
    });
    away.addEventListener("click", () => this.#close());
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    return made;
  }

  #close(): void {
    this.#form.hidden = true;
    this.#field.value = "";
    this.#textAt = undefined;
    this.#canvas.focus();
    this.#turned();
  }

  #mark(points: Point[], beside: Partial<Mark> = {}): Mark {
    const { tool, ink, size }: Chosen = this.#tools.chosen;
    return { tool: tool === "pointer" ? "pen" : tool, ink, size, points: thinned(points), text: "", image: "", ...beside };
  }

  #grows(points: Point[]): void {
    this.#own = this.#mark(points);
    this.#easel.grows(this.#own);
    setText(this.#note, this.#own.tool === "pen" ? this.#words.goOn : this.#words.end);
    this.#paint();
  }

  #done(points: Point[]): void {
    this.#own = undefined;
    const [at] = points;
    const { tool } = this.#tools.chosen;
    if (tool === "text" && at) this.#write(at);
    else if (tool === "picture" && at) this.#place(at);
    else if (tool !== "pointer") {
      this.#easel.draw(this.#mark(points));
      this.#turned();
    }
  }

  #gaveUp(): void {
    this.#own = undefined;
    setText(this.#note, this.#words.gaveUp);
    this.#paint();
  }

  #write(at: Point): void {
    this.#textAt = at;
    this.#form.hidden = false;
    this.#field.focus();
  }

  async #take(file: File): Promise<void> {
    this.#picture = await shrunk(file);
    setText(this.#problem, this.#picture ? "" : this.#words.wrongPicture);
    if (!this.#picture) return;
    setText(this.#note, this.#words.placeIt);
    this.#canvas.focus();
  }

  #place([x, y]: Point): void {
    if (!this.#picture) return;
    const { image, shape } = this.#picture;
    const wide = Math.min(480, width - x, (height - y) / shape);
    this.#picture = undefined;
    this.#easel.draw(this.#mark([[x, y], within(x + wide, y + wide * shape)], { image }));
    this.#turned();
  }

  /** Another tool, or a line is done: what to do next. */
  #turned(): void {
    if (this.#over) return;
    const { begin, writeIt, placeIt, picture, pointing } = this.#words;
    const { tool } = this.#tools.chosen;
    const next = { text: writeIt, pointer: pointing, picture: this.#picture ? placeIt : picture } as Record<string, string>;
    setText(this.#note, next[tool] ?? begin);
    this.#hand.drop();
  }

  #draw(): void {
    const { shown, canUndo, canClear, refused } = this.#easel.now;
    this.#tools.allow(canUndo && !this.#over, canClear && !this.#over);
    setText(this.#problem, refused ? (this.#words.refused[refused] ?? this.#words.refusedElse) : "");
    this.#tell(shown);
    this.#paint();
  }

  /** In words what is on the board, for whoever does not see it. */
  #tell(shown: Drawn[]): void {
    const { drew, drewText, tools, empty } = this.#words;
    const told = shown.map((one) => (one.tool === "text" ? drewText(this.#who(one), one.text) : drew(this.#who(one), tools[one.tool])));
    const all = told.length > 0 ? told : [empty];
    if ([...this.#list.children].map((item) => item.textContent).join("\n") === all.join("\n")) return;
    this.#list.replaceChildren(...all.map((text) => h("li", { dir: "auto" }, text)));
  }

  #who({ by, name }: Drawn): string {
    const { you, agent, visitor } = this.#words;
    return by === "you" ? you : name || (by === "agent" ? agent : visitor);
  }

  /** As many points as the screen has. */
  #size(): void {
    const wide = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    if (wide === 0 || wide === this.#canvas.width) return;
    this.#canvas.width = wide;
    this.#canvas.height = Math.round((wide * height) / width);
    this.#paint();
  }

  #paint(): void {
    const { shown, growing, pointers } = this.#easel.now;
    paint(this.#canvas, [...shown, ...growing, ...(this.#own ? [this.#own] : [])], this.#pictures);
    overlay(this.#canvas, pointers, this.#hand.cross);
  }

  async #save(): Promise<void> {
    const picture = await saved(this.#easel.now.shown, this.#pictures);
    if (!picture) return;
    const href = URL.createObjectURL(picture);
    h("a", { href, download: "whiteboard.png" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
}
