// Where the pages that a visitor is shown have their place in the panel. What shows
// them is loaded with the first one, and each is told to the site once, which may show
// it itself.

import type { ChatHost } from "./chatslot.ts";
import { h } from "./dom.ts";
import { report } from "./operator.ts";
import type { Pushed } from "./pushed.ts";

/** What shows pages, once it is loaded. */
export interface PagePane {
  draw(pages: Pushed[]): void;
  leave(): void;
}

/** What it needs of the panel. */
export interface PageHost {
  root: ShadowRoot;
  slot: HTMLElement;
  language: string;
}

/** The file of it; put in by the build. */
declare const PAGES: string;

/** What is known of a call's pages on all pages of the site. */
interface Known {
  /** The place of the last that the site was told of. */
  told: number;
  /** Those that the site shows itself. */
  own: number[];
}

const place = (call: string) => `webtrunk-pages:${call}`;

export class PageSlot {
  readonly #element = h("div", { class: "pages-slot", hidden: true });
  readonly #host: ChatHost;
  #pane: PagePane | undefined;
  #loading = false;
  #call = "";
  #known: Known = { told: 0, own: [] };
  #pages: Pushed[] = [];
  /** The last that was before the person's eyes. */
  #seen = 0;

  constructor(host: ChatHost) {
    this.#host = host;
    host.slot.before(this.#element);
  }

  /** What is new, for the launcher. */
  get badge(): string {
    const last = this.#pages.at(-1);
    return last && last.seq > this.#seen ? last.title : "";
  }

  turned(call: string, running: boolean): void {
    if (call !== this.#call) {
      this.#call = call;
      this.#seen = 0;
      this.#known = known(call);
      this.show([]);
    }
    if (!running && call) sessionStorageOf((kept) => kept.removeItem(place(call)));
  }

  show(all: Pushed[]): void {
    for (const page of all) if (page.seq > this.#known.told) this.#tell(page);
    this.#pages = all.filter(({ seq }) => !this.#known.own.includes(seq));
    this.#element.hidden = this.#pages.length === 0;
    this.looked();
    if (this.#pane) this.#pane.draw(this.#pages);
    else if (this.#pages.length > 0 && !this.#loading) void this.#load();
  }

  looked(): void {
    if (this.#host.shown()) this.#seen = this.#pages.at(-1)?.seq ?? 0;
  }

  leave(): void {
    this.#pane?.leave();
    this.#element.remove();
  }

  /** The site hears of each page once, however often its own pages are loaded: it may go to the page that it hears of. */
  #tell({ seq, url, title, by, name, beside }: Pushed): void {
    this.#keep({ ...this.#known, told: seq });
    const detail = { url: url.href, title, by, name, beside };
    const told = new CustomEvent("webtrunk-page", { detail, bubbles: true, composed: true, cancelable: true });
    if (!this.#host.root.host.dispatchEvent(told)) this.#keep({ ...this.#known, own: [...this.#known.own, seq] });
  }

  #keep(known: Known): void {
    this.#known = known;
    sessionStorageOf((kept) => kept.setItem(place(this.#call), JSON.stringify(known)));
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      const { start } = (await import(new URL(PAGES, import.meta.url).href)) as { start(host: PageHost): PagePane };
      const { root, language } = this.#host;
      this.#pane = start({ root, language, slot: this.#element });
    } catch {
      this.#loading = false; // the next page tries again
      return report("what shows pages could not be loaded");
    }
    this.#pane.draw(this.#pages);
  }
}

function known(call: string): Known {
  let found: Known | null = null;
  sessionStorageOf((kept) => (found = JSON.parse(kept.getItem(place(call)) ?? "null") as Known | null));
  return found ?? { told: 0, own: [] };
}

/** Storage may be closed to this page; then what was told is told again after a reload, which ends the call as well. */
function sessionStorageOf(use: (kept: Storage) => void): void {
  try {
    use(sessionStorage);
  } catch {
    // As above.
  }
}
