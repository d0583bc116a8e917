// Where the whiteboard has its place in the panel, beneath the chat: a button, and
// behind it the board, which is loaded when it is first opened.

import type { Board, BoardHost } from "./boardpane.ts";
import type { ChatHost } from "./chatslot.ts";
import { h, setText } from "./dom.ts";
import { report } from "./operator.ts";
import type { Operation, Trouble } from "./wire.ts";

/** The file of it; put in by the build. */
declare const BOARD: string;

export class BoardSlot {
  readonly #host: ChatHost;
  readonly #button: HTMLButtonElement;
  readonly #problem = h("p", { class: "problem alert", role: "alert" });
  readonly #place = h("div", { class: "board-place", hidden: true });
  readonly #failed: string;
  #board: Board | undefined;
  #loading = false;
  #log: Operation[] = [];
  #call = "";
  #over = false;

  constructor(host: ChatHost, words: { board: string; boardFailed: string }) {
    this.#host = host;
    this.#failed = words.boardFailed;
    this.#button = h("button", { type: "button", class: "toggle wide", part: "board-toggle", "aria-expanded": "false" }, words.board);
    this.#button.addEventListener("click", () => void this.#turn());
    this.#place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // it closes the board, and the panel at the next press
      void this.#turn();
    });
    host.slot.append(this.#button, this.#problem, this.#place);
  }

  show(log: Operation[]): void {
    this.#log = log;
    this.#board?.show(log);
  }

  passing(operation: Operation): void {
    this.#board?.passing(operation);
  }

  refused(trouble: Trouble): void {
    this.#board?.refused(trouble);
  }

  back(): void {
    this.#board?.back();
  }

  turned(call: string, running: boolean): void {
    if (call !== this.#call) this.leave();
    this.#call = call;
    if (!running && !this.#over) this.#board?.end();
    this.#over = !running;
  }

  leave(): void {
    this.#board?.leave();
    this.#board = undefined;
    this.#place.hidden = true;
    this.#button.ariaExpanded = "false";
  }

  async #turn(): Promise<void> {
    if (!this.#board) await this.#load();
    if (!this.#board) return;
    this.#place.hidden = !this.#place.hidden;
    this.#button.ariaExpanded = String(!this.#place.hidden);
    if (this.#place.hidden) this.#button.focus();
    else this.#board.focus();
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    setText(this.#problem, "");
    const { root, language, ask } = this.#host;
    try {
      const { start } = (await import(new URL(BOARD, import.meta.url).href)) as { start(host: BoardHost): Board };
      this.#board = start({ root, language, ask, slot: this.#place });
      this.#board.show(this.#log);
      if (this.#over) this.#board.end();
    } catch {
      setText(this.#problem, this.#failed);
      report("the whiteboard could not be loaded");
    }
    this.#loading = false;
  }
}
