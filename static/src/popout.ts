// Moves a call to a small window of the gateway's own, and back: a file of its own,
// loaded where a site wants it. The call goes on in the page until the window has taken
// it up, as after any other way to another page: the gateway then closes the page's
// session, and the page's part of it is over.

import type { Model } from "./model.ts";
import { isReference } from "./number.ts";
import { pageSecret } from "./pagesecret.ts";
import { carried, hear, type MoveHost, type Mover, openedBy, type Told, windowOf } from "./popoutwire.ts";
import { PopOutBox } from "./popoutbox.ts";
import { OwnWindow } from "./popoutwindow.ts";
import type { Saved } from "./saved.ts";

/** How long the window may take to be there, and to be gone: looked for so often. */
const patience = 10_000;
const look = 250;

export function start(host: MoveHost): Mover {
  const site = host.element.getAttribute(openedBy);
  return site ? new OwnWindow(host, site) : new SitePage(host);
}

class SitePage implements Mover {
  readonly #host: MoveHost;
  readonly #box: PopOutBox;
  readonly #deaf: () => void;
  #window: Window | null = null;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  /** The window has the call, or is about to. */
  #handed = false;

  constructor(host: MoveHost) {
    this.#host = host;
    this.#box = new PopOutBox(host);
    this.#deaf = hear(() => this.#window, host.gateway.origin, (told) => this.#heard(told));
  }

  draw(model: Model): void {
    const { words } = this.#box;
    if (origin === "null") return this.#box.link(words.elsewhere, this.#ownPage());
    if (this.#handed && model.phase === "ended" && model.reason === "taken_over") {
      if (model.alert.length > 0) queueMicrotask(() => this.#host.phone.complain(""));
      return this.#box.draw(words.moved, [words.look, () => this.#window?.focus()], [words.bring, () => this.#say({ webtrunk: "back" })]);
    }
    const note = this.#deadline === undefined && this.#window && !this.#window.closed && !this.#handed ? words.press : "";
    if (this.#movable(model)) this.#box.draw(note, [words.move, () => this.move()]);
    else this.#box.draw("");
  }

  move(): void {
    const { phone, gateway, language } = this.#host;
    if (!this.#movable(phone.model)) return;
    this.#handed = false;
    this.#window?.close();
    this.#window = open(windowOf(gateway, language), "", "popup,width=420,height=700");
    if (!this.#window) return phone.complain(this.#box.words.blocked);
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => phone.complain(this.#box.words.unreached), patience);
  }

  leave(): void {
    clearTimeout(this.#deadline);
    this.#deaf();
    this.#box.leave();
  }

  /** A page that takes calls keeps them: whoever calls it next would find nobody. */
  #movable({ phase }: Model): boolean {
    return (phase === "in_call" || phase === "waiting") && !this.#host.element.hasAttribute("token") && this.#host.phone.toSave !== undefined;
  }

  /** The page of the reference's link, which is the gateway's; none where a number is called. */
  #ownPage(): string {
    const { element, gateway } = this.#host;
    const to = element.getAttribute("to") ?? "";
    return isReference(to) ? new URL(`/r/${to}`, gateway).href : "";
  }

  #heard(told: Told): void {
    const { phone } = this.#host;
    if (told.webtrunk === "open") {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
      if (phone.model.alert.length > 0) phone.complain("");
    } else if (told.webtrunk === "ready") {
      this.#hand();
    } else if (told.webtrunk === "give") {
      this.#take(told.saved);
    } else if (told.webtrunk === "left") {
      this.#takeFromClosed(told.saved, Date.now() + patience);
    } else if (told.webtrunk === "over") {
      this.#handed = false;
    }
    this.draw(phone.model);
  }

  #hand(): void {
    const { phone, element, language } = this.#host;
    const saved = phone.toSave;
    if (!saved) return this.#say({ webtrunk: "none" });
    this.#handed = true;
    const attributes = { ...carried((name) => element.getAttribute(name)), lang: language };
    this.#say({ webtrunk: "call", saved, secret: pageSecret(), attributes });
  }

  /** A window that is only loaded anew keeps its call. */
  #takeFromClosed(saved: Saved, until: number): void {
    if (this.#window?.closed) this.#take(saved);
    else if (Date.now() < until) setTimeout(() => this.#takeFromClosed(saved, until), look);
  }

  #take(saved: Saved): void {
    const { phone, show } = this.#host;
    if (!this.#handed || phone.model.phase !== "ended") return;
    this.#handed = false;
    show();
    phone.resume({ ...saved, leftAt: Date.now() });
  }

  #say(told: Told): void {
    this.#window?.postMessage(told, this.#host.gateway.origin);
  }
}
