// <webtrunk-call>: the element a site puts on its page. It draws the launcher
// and loads everything else with the first click, or at once when the page
// takes calls or comes back to one. Documented in doc/widget.md.

import type { State } from "./callstate.ts";
import { sheet } from "./dom.ts";
import type { Core, Host, StateDetail } from "./host.ts";
import { Launcher } from "./launcher.ts";
import { noCall, wrongNow } from "./refuse.ts";
import { saved } from "./saved.ts";
import { launcherWords } from "./sentences.ts";
import { launcherCSS } from "./styles.ts";

/** The file name of the call core, put in by the build. */
declare const CORE: string;

let launcherSheet: CSSStyleSheet | undefined;

export class WebtrunkCall extends HTMLElement {
  static observedAttributes = ["key", "token", "to", "lang", "theme", "label", "fallback"];

  readonly #launcher: Launcher;
  readonly #host: Host;
  #core: Core | undefined;
  #loading: Promise<Core> | undefined;
  #failed = 0;
  #hangUps = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    launcherSheet ??= sheet(launcherCSS);
    root.adoptedStyleSheets = [launcherSheet];
    this.#launcher = new Launcher(root, launcherWords(this.#lang()), () => void this.#pressed());
    this.#host = {
      element: this,
      root,
      gateway: new URL(import.meta.url),
      tell: (detail) => this.#tell(detail),
      badge: (text) => this.#launcher.badge(text),
      opened: (open) => this.#launcher.opened(open),
    };
  }

  connectedCallback(): void {
    this.#relabel();
    const key = this.getAttribute("key") ?? "";
    if (this.hasAttribute("token") || saved(key)) this.#load().catch(() => undefined);
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again in the same task. One
    // that comes back later begins anew.
    queueMicrotask(() => {
      if (this.isConnected || !this.#core) return;
      this.#core.leave();
      this.#core = this.#loading = undefined;
    });
  }

  attributeChangedCallback(): void {
    this.#relabel();
    this.#core?.changed();
  }

  get state(): State {
    return this.#core?.state ?? "idle";
  }

  get muted(): boolean {
    return this.#core?.muted ?? false;
  }

  set muted(muted: boolean) {
    this.mute(muted);
  }

  /** Seconds since the answer; of the last call when there is none. */
  get duration(): number {
    return this.#core?.duration ?? 0;
  }

  /** Opens the panel, with this number in its field when one is given. */
  async open(number?: string): Promise<void> {
    (await this.#load()).open(number);
  }

  close(): void {
    this.#core?.close();
  }

  /** Calls a number or a reference, or what the attribute to says. Call it from a click. */
  async call(to?: string): Promise<void> {
    const before = this.#hangUps;
    const core = await this.#load();
    // A call that was hung up while the core was loading is over before it asks for the microphone.
    await core.call(to, before !== this.#hangUps);
  }

  hangUp(): void {
    this.#hangUps++;
    this.#core?.hangUp();
  }

  mute(muted: boolean): void {
    if (muted !== this.muted) this.#running().mute(muted);
  }

  sendDigits(digits: string): void {
    this.#running().sendDigits(digits);
  }

  #running(): Core {
    if (!this.#core) throw wrongNow(noCall);
    return this.#core;
  }

  async #pressed(): Promise<void> {
    if (this.#core) return this.#core.toggle();
    // The button says at once that it was pressed; pressing again while it loads changes nothing.
    this.#launcher.opened(true);
    try {
      (await this.#load()).open();
    } catch {
      this.#launcher.opened(false);
    }
  }

  #load(): Promise<Core> {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  async #import(): Promise<Core> {
    this.#launcher.busy(true);
    this.#launcher.problem(false, "");
    const from = new URL(CORE, import.meta.url);
    // Some browsers remember a module that failed to load; another address is asked anew.
    if (this.#failed > 0) from.searchParams.set("try", String(this.#failed));
    try {
      const { start } = (await import(from.href)) as { start(host: Host): Core };
      if (!this.isConnected) throw new Error("the element was taken out of the page");
      return (this.#core = start(this.#host));
    } catch (failure) {
      this.#loading = undefined;
      if (this.isConnected) {
        this.#failed++;
        this.#launcher.problem(true, this.#fallback());
      }
      throw failure;
    } finally {
      this.#launcher.busy(false);
    }
  }

  #tell(detail: StateDetail): void {
    this.dispatchEvent(new CustomEvent("webtrunk-state", { detail, bubbles: true, composed: true }));
  }

  #relabel(): void {
    this.#launcher.label(launcherWords(this.#lang()), this.getAttribute("label") ?? "");
  }

  #fallback(): string {
    return this.getAttribute("fallback") ?? "";
  }

  #lang(): string {
    return this.getAttribute("lang") || document.documentElement.lang || navigator.language;
  }
}
