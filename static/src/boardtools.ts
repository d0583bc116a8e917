// The tools of the whiteboard: with what one draws, in which colour and how thick.

import type { BoardWords } from "./boardwords.ts";
import { h } from "./dom.ts";
import { type Ink, inks, sizes, type Tool, tools } from "./drawing.ts";

export interface Chosen {
  tool: Tool | "pointer";
  ink: Ink;
  size: number;
}

interface Actions {
  turned(): void;
  undo(): void;
  clear(): void;
  save(): void;
  picture(file: File): void;
}

export function boardTools(words: BoardWords, actions: Actions) {
  const chosen: Chosen = { tool: "pen", ink: "black", size: 1 };
  const buttons = new Map<string, HTMLButtonElement>();
  const group = h("div", { class: "tools", role: "group", "aria-label": words.toolbar });
  for (const tool of [...tools, "pointer"] as const) {
    const made = button(words.tools[tool], () => choose(tool));
    buttons.set(tool, made);
    group.append(made);
  }
  const ink = list(words.ink, inks.map((one) => [one, words.inks[one]]), (one) => (chosen.ink = one as Ink));
  const size = list(words.size, sizes.map((one) => [String(one), words.sizes[one - 1] ?? ""]), (one) => (chosen.size = Number(one)));
  const file = h("input", { type: "file", accept: "image/png,image/jpeg" });
  file.addEventListener("change", () => {
    const [picked] = file.files ?? [];
    if (picked) actions.picture(picked);
    file.value = "";
  });
  const files = h("label", { hidden: true }, words.picture, file);
  const undo = button(words.undo, actions.undo);
  const clear = button(words.clear, actions.clear);
  const save = button(words.save, actions.save);
  const element = h("div", { class: "board-bar" }, group, h("div", { class: "tools" }, ink, size, undo, clear, save), files);
  choose("pen");

  function choose(tool: Chosen["tool"]): void {
    chosen.tool = tool;
    for (const [name, made] of buttons) made.ariaPressed = String(name === tool);
    files.hidden = tool !== "picture";
    if (element.isConnected) actions.turned();
  }

  return {
    element,
    chosen,
    choose,
    /** What can be taken back, or off. */
    allow(canUndo: boolean, canClear: boolean): void {
      undo.disabled = !canUndo;
      clear.disabled = !canClear;
    },
    /** Only to be saved any more. */
    end(): void {
      group.hidden = files.hidden = ink.hidden = size.hidden = undo.hidden = clear.hidden = true;
    },
  };
}

function button(name: string, act: () => void): HTMLButtonElement {
  const made = h("button", { type: "button" }, name);
  made.addEventListener("click", act);
  return made;
}

function list(name: string, all: [value: string, name: string][], chose: (value: string) => void): HTMLLabelElement {
  const select = h("select", {}, ...all.map(([value, text]) => h("option", { value }, text)));
  select.addEventListener("change", () => chose(select.value));
  return h("label", {}, name, select);
}
