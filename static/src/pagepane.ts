// The pages that a visitor is shown, a file of its own that is loaded with the first:
// a card for each, and beside the panel a frame for the one that is open. A page opens
// when the person presses for it, and the page of the site stays where it is.

import { h, icon, setText, sheet } from "./dom.ts";
import { cross } from "./icons.ts";
import type { PageHost, PagePane } from "./pageslot.ts";
import { pageWords, type PageWords } from "./pagewords.ts";
import { type Pushed, shortly } from "./pushed.ts";
import { setIn } from "./tongue.ts";

const css = `
.pages-slot ol { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 8px; }
.pages-slot [role=log] { max-block-size: min(260px, 34dvh); overflow: auto; border-radius: 8px; }
.pages-slot [role=log]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.pages-slot li { background: var(--tint); border-radius: 10px; padding: 10px 12px; display: flex; flex-direction: column; gap: 4px; align-items: flex-start; }
.pages-slot li > * { max-inline-size: 100%; overflow-wrap: anywhere; }
.pages-slot small, .page-pane small { color: var(--soft); font-size: 13px; unicode-bidi: isolate; overflow-wrap: anywhere; }
.pages-slot li button { background: var(--surface); border: 1px solid var(--line); }
.pages-slot a, .page-pane a { color: var(--accent); font-weight: 600; display: inline-flex; align-items: center; min-block-size: 44px; }
.page-pane { position: fixed; inset: auto; inset-block: 12px; inset-inline-start: 12px; inset-inline-end: calc(var(--webtrunk-inset, 20px) + 340px + 12px);
  z-index: 2147483000; inline-size: auto; block-size: auto; margin: 0; padding: 12px 16px 16px; display: none; flex-direction: column; gap: 8px;
  background: var(--surface); color: var(--text); border: 1px solid color-mix(in srgb, var(--line) 35%, transparent);
  border-radius: calc(var(--webtrunk-radius, 12px) + 6px); box-shadow: var(--shade); }
.page-pane.open { display: flex; }
.page-pane header { margin: 0; }
.page-pane iframe { flex: 1; inline-size: 100%; min-block-size: 0; border: 1px solid var(--line); border-radius: 8px; background: #fff; color-scheme: light; }
@media (max-width: 820px) { .page-pane { inset-inline-end: 12px; inset-block-end: 40dvh; } }
`;

export function start(host: PageHost): PagePane {
  return new Pane(host);
}

class Pane implements PagePane {
  readonly #host: PageHost;
  readonly #words: PageWords;
  readonly #list = h("ol");
  readonly #log: HTMLElement;
  readonly #sheet = sheet(css);
  readonly #pane: HTMLElement;
  readonly #title = h("h2", { id: "page-title", dir: "auto" });
  readonly #address = h("small", { dir: "ltr" });
  readonly #link: HTMLAnchorElement;
  readonly #problem = h("p", { role: "alert", class: "alert" });
  readonly #listening = new AbortController();
  #frame: HTMLIFrameElement | undefined;
  #open: Pushed | undefined;

  constructor(host: PageHost) {
    this.#host = host;
    const words = (this.#words = pageWords[host.language] ?? pageWords.en!);
    this.#log = h("div", { role: "log", "aria-label": words.heading, tabindex: "0", part: "pages" }, this.#list);
    this.#link = tab(words, "page-tab");
    const close = h("button", { type: "button", class: "plain", part: "page-close", "aria-label": words.close }, icon(cross));
    close.addEventListener("click", () => this.#close());
    this.#pane = h("section", { class: "page-pane", part: "page-pane", "aria-labelledby": "page-title", popover: "manual", tabindex: "-1" },
      h("header", {}, this.#title, close), this.#address, this.#link, this.#problem);
    this.#pane.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    setIn(this.#pane, host.language);
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.slot.append(this.#log);
    host.root.append(this.#pane);
    document.addEventListener("securitypolicyviolation", (event) => this.#blocked(event), { signal: this.#listening.signal });
  }

  /** Only what is new is added, so that only that is read out. The newest stands first. */
  draw(pages: Pushed[]): void {
    const there = new Map([...this.#list.children].map((item) => [Number((item as HTMLElement).dataset.seq), item]));
    for (const [seq, item] of there) if (!pages.some((page) => page.seq === seq)) item.remove();
    for (const page of pages) if (!there.has(page.seq)) this.#list.prepend(this.#card(page));
    if (this.#open && !pages.some(({ seq }) => seq === this.#open?.seq)) this.#close();
  }

  leave(): void {
    this.#listening.abort();
    this.#pane.remove();
    this.#log.remove();
    const { root } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
  }

  #card(page: Pushed): HTMLElement {
    const w = this.#words;
    const { seq, by, name, url, title, beside } = page;
    const who = name || (by === "site" ? w.site : w.agent);
    const item = h("li", { part: "page-card" }, h("span", {}, w.shows(who)), h("strong", { dir: "auto" }, title), h("small", { dir: "ltr" }, shortly(url)));
    if (beside) {
      const open = h("button", { type: "button", part: "page-open", "aria-label": `${w.here}: ${title}` }, w.here);
      open.addEventListener("click", () => this.#show(page));
      item.append(open);
    }
    const link = tab(w, "page-link");
    link.href = url.href;
    link.ariaLabel = `${w.tab}: ${title}`;
    item.append(link);
    item.dataset.seq = String(seq);
    return item;
  }

  #show(page: Pushed): void {
    this.#open = page;
    this.#frame?.remove();
    setText(this.#problem, "");
    setText(this.#title, page.title);
    setText(this.#address, shortly(page.url));
    this.#link.href = page.url.href;
    this.#frame = framed(page);
    this.#pane.append(this.#frame);
    this.#pane.classList.add("open");
    if (typeof this.#pane.showPopover === "function" && !this.#pane.matches(":popover-open")) this.#pane.showPopover();
    this.#pane.focus();
  }

  #close(): void {
    const seq = this.#open?.seq;
    this.#open = undefined;
    this.#frame?.remove();
    this.#frame = undefined;
    this.#pane.classList.remove("open");
    if (typeof this.#pane.hidePopover === "function") this.#pane.hidePopover();
    this.#list.querySelector<HTMLElement>(`[data-seq="${seq}"] button`)?.focus();
  }

  /** The site's own policy keeps the page out, as its owner reads in the browser's console too. */
  #blocked({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void {
    const open = this.#open;
    if (!open || !/^(frame|child|default)-src/.test(effectiveDirective) || !open.url.href.startsWith(blockedURI)) return;
    this.#frame?.remove();
    setText(this.#problem, this.#words.blocked);
  }
}

/** A link that tells the page that it opens nothing of ours: neither a window to reach into, nor where it was. */
function tab(words: PageWords, part: string): HTMLAnchorElement {
  return h("a", { target: "_blank", rel: "noopener noreferrer", part }, words.tab);
}

/**
 * A frame in which the page cannot leave its place, nor do anything in the page
 * around it. One of the same origin as that page would not be kept by a sandbox
 * that lets it be what it is, so it is nobody there.
 */
function framed({ url, title }: Pushed): HTMLIFrameElement {
  const sandbox = ["allow-scripts", "allow-forms", "allow-popups", "allow-popups-to-escape-sandbox"];
  if (url.origin !== location.origin) sandbox.push("allow-same-origin");
  return h("iframe", { src: url.href, title, sandbox: sandbox.join(" "), referrerpolicy: "no-referrer", allow: "" });
}
