// <webtrunk-call>: the element a site puts on its page. It draws the launcher
// and loads everything else with the first click, or at once when the page
// takes calls or comes back to one. Documented in doc/widget.md.

import type { State } from "./callstate.ts";
import { sheet } from "./dom.ts";
import type { CheckResult, Core, Host, Told } from "./host.ts";
import { Launcher } from "./launcher.ts";
import type { CostTeller } from "./costpane.ts";
import { part } from "./part.ts";
import { noCall, wrongNow } from "./refuse.ts";
import { saved } from "./saved.ts";
import { launcherCSS } from "./styles.ts";
import { languageOf } from "./tongue.ts";

/** The file name of the call core, put in by the build. */
declare const CORE: string;

/** The file that says what a call would cost; put in by the build. */
declare const COST: string;

let launcherSheet: CSSStyleSheet | undefined;

export class WebtrunkCall extends HTMLElement {
  static observedAttributes = ["key", "token", "to", "lang", "theme", "label", "fallback", "test", "write"];

  readonly #launcher: Launcher;
  readonly #host: Host;
  #core: Core | undefined;
  #loading: Promise<Core> | undefined;
  #failed = 0;
  #hangUps = 0;
  #cost: Promise<CostTeller> | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    launcherSheet ??= sheet(launcherCSS);
    root.adoptedStyleSheets = [launcherSheet];
    this.#launcher = new Launcher(root, languageOf(this), () => void this.#pressed());
    this.#host = {
      element: this,
      root,
      gateway: new URL(import.meta.url),
      tell: (name, detail) => this.#tell(name, detail),
      badge: (text) => this.#launcher.badge(text),
      opened: (open) => {
        this.#launcher.opened(open);
        if (open && this.hasAttribute("price")) this.#tellCost();
      },
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

  /** Where the caller stands in a queue, 1 for the next, and seconds more as estimated; 0 for unknown, and out of one. */
  get place(): number {
    return this.#core?.place ?? 0;
  }

  get wait(): number {
    return this.#core?.wait ?? 0;
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

  /** Writes to a reference, or to what the attribute to says: without sound, which the person may add. */
  async write(to?: string): Promise<void> {
    const before = this.#hangUps;
    const core = await this.#load();
    await core.call(to, before !== this.#hangUps, true);
  }

  /** Checks microphone and network, in the panel. Call it from a click. */
  async test(): Promise<CheckResult> {
    return (await this.#load()).test();
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

  callBack(number: string): void {
    this.#running().callBack(number);
  }

  leaveMessage(): void {
    this.#running().leaveMessage();
  }

  /** Moves the call to a window of its own. Call it from a click. */
  async popOut(): Promise<void> {
    await this.#running().popOut();
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
      const { start } = (await import(from.href)) as { start(host: Host): Promise<Core> };
      if (!this.isConnected) throw new Error("the element was taken out of the page");
      return (this.#core = await start(this.#host));
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

  /** Says beside the button what a call would cost, as it is now. Where that cannot be loaded nothing is said. */
  #tellCost(): void {
    this.#cost ??= part<Host, CostTeller>(COST, this.#host);
    this.#cost.then((cost) => cost.look()).catch(() => (this.#cost = undefined));
  }

  #tell<Name extends keyof Told>(name: Name, detail: Told[Name]): void {
    this.dispatchEvent(new CustomEvent(`webtrunk-${name}`, { detail, bubbles: true, composed: true }));
  }

  #relabel(): void {
    this.#launcher.label(languageOf(this), this.getAttribute("label") ?? "");
  }

  #fallback(): string {
    return this.getAttribute("fallback") ?? "";
  }
}
