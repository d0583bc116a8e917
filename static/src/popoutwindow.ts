// The call in the gateway's own window: it goes back to the site's page, when the
// person wants it there or closes the window.

import type { Model } from "./model.ts";
import { hear, type MoveHost, type Mover, type Told } from "./popoutwire.ts";
import { PopOutBox } from "./popoutbox.ts";

/** How long the site's page may take to take its call back. */
const patience = 5_000;

export class OwnWindow implements Mover {
  readonly #host: MoveHost;
  readonly #site: string;
  readonly #box: PopOutBox;
  readonly #deaf: () => void;
  readonly #listening = new AbortController();
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #told = false;

  constructor(host: MoveHost, site: string) {
    this.#host = host;
    this.#site = site;
    this.#box = new PopOutBox(host);
    this.#deaf = hear(() => opener as Window | null, site, ({ webtrunk }) => {
      if (webtrunk === "back") this.#give();
    });
    const { signal } = this.#listening;
    addEventListener("pagehide", () => {
      const saved = host.phone.toSave;
      if (saved) this.#say({ webtrunk: "left", saved });
    }, { signal });
  }

  draw({ phase, reason }: Model): void {
    const { words } = this.#box;
    if (phase === "in_call" || phase === "waiting") {
      this.#told = false;
      if (opener) this.#box.draw("", [words.back, () => this.#give()]);
      return;
    }
    this.#box.draw("");
    if (phase !== "ended" || this.#told) return;
    this.#told = true;
    clearTimeout(this.#deadline);
    if (reason === "taken_over") close();
    else this.#say({ webtrunk: "over" });
  }

  move(): void {
    focus(); // the call is in a window of its own already
  }

  leave(): void {
    clearTimeout(this.#deadline);
    this.#listening.abort();
    this.#deaf();
    this.#box.leave();
  }

  /** The call stays until the site's page has taken it up: if nobody is there, here. */
  #give(): void {
    const { phone } = this.#host;
    const saved = phone.toSave;
    if (!saved) return;
    this.#say({ webtrunk: "give", saved });
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => phone.complain(this.#box.words.gone), patience);
  }

  #say(told: Told): void {
    (opener as Window | null)?.postMessage(told, this.#site);
  }
}
