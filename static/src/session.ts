// One signalling session with the gateway: hello, pings, and a WebSocket that
// may be lost and opened again. It delivers every message of the gateway's
// once and in order; what a call is, it does not know.

import { backoff } from "./backoff.ts";
import { parse, type FromGateway, type Papers, type ToGateway, type Trouble, type Welcome } from "./wire.ts";

export interface Options {
  url: string;
  key: string;
  papers?: Papers;
  /** A session to take up. */
  resume?: { session: string; last: number };
  /** How long a first connection may take; 0 keeps trying for ever. */
  patience: number;
  /** Connected. fresh: earlier calls of this session, if any, are over. */
  onWelcome(welcome: Welcome, fresh: boolean): void;
  /** What was missed while the connection was lost has now been delivered. */
  onCaughtUp(welcome: Welcome): void;
  onMessage(message: FromGateway): void;
  onLost(): void;
  /** The session cannot be had; it is stopped. */
  onRefused(refusal: Refusal): void;
  open?: (url: string) => WebSocket;
}

export interface Refusal {
  code: string;
  message: string;
  remedies: string[];
}

const pingEvery = 5_000;
const silence = 10_000;

/** Close codes after which another try could only fail the same way. */
const final: Record<number, string> = { 1009: "too_large", 4001: "no_hello", 4002: "taken_over", 4008: "rate_limited" };

export class Session {
  readonly #o: Options;
  #socket: WebSocket | undefined;
  #session: string;
  #last: number;
  #caughtUpAt: Welcome | undefined;
  #up = false;
  #stopped = false;
  #leaving = false;
  #attempt = 0;
  #trouble: Trouble | undefined;
  #waiting: ToGateway[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  /** When the oldest question was put that has no answer yet; 0 when all have one. */
  #askedAt = 0;

  constructor(options: Options) {
    this.#o = options;
    this.#session = options.resume?.session ?? "";
    this.#last = options.resume?.last ?? 0;
  }

  get up(): boolean {
    return this.#up;
  }

  /** What another page needs to take this session up. */
  get place(): { session: string; last: number } {
    return { session: this.#session, last: this.#last };
  }

  start(): void {
    if (this.#o.patience > 0) {
      this.#deadline = setTimeout(() => this.#refuse("gateway_unreachable"), this.#o.patience);
    }
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#up = false;
    clearTimeout(this.#deadline);
    clearTimeout(this.#retry);
    this.#drop(1000);
  }

  /** Stops as soon as what waits has been sent, at the latest after this many milliseconds. */
  stopWhenSent(within: number): void {
    if (this.#up || this.#waiting.length === 0) {
      this.stop();
    } else if (!this.#stopped) {
      this.#leaving = true;
      setTimeout(() => this.stop(), within);
    }
  }

  /** Sends now, or when the connection is back. */
  send(message: ToGateway): void {
    if (this.#up) this.#socket?.send(JSON.stringify(message));
    else if (!this.#stopped) this.#waiting.push(message);
  }

  /** The network has changed: a lost connection is tried at once, a living one is tested. */
  poke(): void {
    if (this.#stopped) return;
    if (this.#up) {
      this.#ping();
    } else if (this.#retry !== undefined) {
      clearTimeout(this.#retry);
      this.#connect();
    }
  }

  #connect(): void {
    this.#retry = undefined;
    let socket: WebSocket;
    try {
      socket = (this.#o.open ?? ((url) => new WebSocket(url)))(this.#o.url);
    } catch {
      // A policy of the page's forbids the address: every other try would fail too.
      this.#refuse("gateway_unreachable");
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#hello(socket);
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#heard(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    };
  }

  #hello(socket: WebSocket): void {
    const { key, papers } = this.#o;
    const resume = this.#session ? { session: this.#session, last: this.#last } : {};
    const hello: ToGateway = { type: "hello", version: 1, key, ...papers, ...resume };
    socket.send(JSON.stringify(hello));
    this.#askedAt = Date.now();
    clearInterval(this.#beat);
    this.#beat = setInterval(() => this.#pulse(), pingEvery);
  }

  /**
   * A question that stays unanswered means a dead connection. Silence alone does
   * not: in a tab that nobody looks at, browsers let a minute pass between two
   * pulses, and a page that waits for calls must not hang up for that.
   */
  #pulse(): void {
    if (this.#askedAt && Date.now() - this.#askedAt >= silence) {
      this.#drop(4000);
      this.#closed(4000);
    } else if (this.#up) {
      this.#ping();
    }
  }

  #ping(): void {
    this.#askedAt ||= Date.now();
    this.send({ type: "ping" });
  }

  #heard(data: unknown): void {
    this.#askedAt = 0;
    const message = parse(data);
    if (!message) return;
    if (message.type === "welcome") {
      this.#welcomed(message);
      return;
    }
    if (message.type === "error" && (!this.#up || message.id === undefined)) {
      this.#trouble = message; // before a welcome, or why this session is about to be closed
      // What is wrong with our hello would be wrong in every other.
      if (!this.#up && message.code.startsWith("bad_")) return this.#refuse(message.code);
    }
    if (typeof message.seq === "number") {
      if (message.seq <= this.#last) return;
      this.#last = message.seq;
    }
    if (message.type !== "pong") this.#o.onMessage(message);
    this.#checkCaughtUp();
  }

  #welcomed(welcome: Welcome): void {
    const fresh = !welcome.resumed;
    if (fresh) {
      this.#last = welcome.seq;
      // Messages that waited spoke of calls that are over, unless this is the first welcome.
      if (this.#session) this.#waiting = [];
    }
    this.#session = welcome.session;
    this.#up = true;
    this.#attempt = 0;
    this.#trouble = undefined;
    clearTimeout(this.#deadline);
    this.#caughtUpAt = welcome;
    this.#o.onWelcome(welcome, fresh);
    for (const message of this.#waiting.splice(0)) this.send(message);
    if (this.#leaving) this.stop();
    else this.#checkCaughtUp();
  }

  #checkCaughtUp(): void {
    const welcome = this.#caughtUpAt;
    if (!welcome || this.#last < welcome.seq) return;
    this.#caughtUpAt = undefined;
    this.#o.onCaughtUp(welcome);
  }

  #closed(code: number): void {
    const wasUp = this.#up;
    this.#up = false;
    this.#drop(0);
    if (this.#stopped) return;
    if (final[code]) {
      this.#refuse(code === 4001 ? (this.#trouble?.code ?? final[code]) : final[code]);
      return;
    }
    if (wasUp) this.#o.onLost();
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#attempt++));
  }

  #refuse(code: string): void {
    const said = code === "gateway_unreachable" || code === this.#trouble?.code ? this.#trouble : undefined;
    this.stop();
    this.#o.onRefused({ code, message: said?.message ?? "", remedies: said?.remedies ?? [] });
  }

  /** Lets go of the socket; what it still says is not heard. */
  #drop(code: number): void {
    clearInterval(this.#beat);
    const socket = this.#socket;
    this.#socket = undefined;
    if (code && socket) socket.close(code);
  }
}
