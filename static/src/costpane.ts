// Says what a call would cost beside the button that makes it, and what is left to pay it: a
// file of its own, for pages that are to show it.

import { costSaid } from "./cost.ts";
import { askCost } from "./costask.ts";
import { costWords } from "./costwords.ts";
import { h, setText, sheet } from "./dom.ts";
import type { Host } from "./host.ts";
import { destination } from "./number.ts";
import { papersOf } from "./papers.ts";
import { languageOf, setIn } from "./tongue.ts";
import type { WebtrunkCall } from "./element.ts";
import type { Cost } from "./wire.ts";

export interface CostTeller {
  /** The panel is open: says it anew. */
  look(): void;
}

const css = `
.cost { border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; margin-block-end: 12px; }
.cost p { margin: 0; }
.cost .price { font-weight: 600; font-variant-numeric: tabular-nums; }
.cost[hidden], .cost p:empty { display: none; }
`;

export function start(host: Host): CostTeller {
  return new Pane(host);
}

class Pane implements CostTeller {
  readonly #host: Host;
  readonly #language: string;
  readonly #price = h("p", { class: "price" });
  readonly #says = h("p");
  readonly #box: HTMLElement;
  #asked = 0;

  constructor(host: Host) {
    this.#host = host;
    this.#language = languageOf(host.element);
    const { heading } = costWords[this.#language] ?? costWords.en!;
    this.#box = h("section", { class: "cost", part: "cost", id: "cost", role: "status", "aria-label": heading, hidden: true }, this.#price, this.#says);
    setIn(this.#box, this.#language);
    host.root.adoptedStyleSheets.push(sheet(css));
    host.element.addEventListener("webtrunk-state", (event) => {
      if ((event as CustomEvent<{ state: string }>).detail.state === "ended") this.look();
    });
  }

  look(): void {
    const { element, gateway } = this.#host;
    const to = this.#place();
    const ask = ++this.#asked;
    if (!to) return this.#draw(undefined);
    const url = new URL("/v1/ws", gateway);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const papers = papersOf(element);
    void askCost({
      url: url.href,
      key: element.getAttribute("key") ?? "",
      papers,
      to,
      show: (cost) => {
        // What was asked for before is of no interest, and during a call its bill is shown.
        if (ask !== this.#asked || !this.#idle) return false;
        this.#draw(cost);
        return this.#box.checkVisibility();
      },
    });
  }

  get #idle(): boolean {
    const { state } = this.#host.element as WebtrunkCall;
    return state === "idle" || state === "ended";
  }

  /** Stands above the button that calls, which is described by it. Returns whom that would call. */
  #place(): string | undefined {
    const { element, root } = this.#host;
    const call = root.querySelector("[part=call]");
    const field = root.querySelector<HTMLInputElement>("[part=input]");
    if (call && call.previousSibling !== this.#box) {
      call.before(this.#box);
      call.setAttribute("aria-describedby", "cost");
      field?.addEventListener("change", () => this.look());
    }
    return destination(element.getAttribute("to") || field?.value || "");
  }

  #draw(cost: Cost | undefined): void {
    this.#box.hidden = !cost;
    const { price, sentences } = cost ? costSaid(cost, this.#language) : { price: "", sentences: [] };
    setText(this.#price, price);
    setText(this.#says, sentences.join(" "));
  }
}
