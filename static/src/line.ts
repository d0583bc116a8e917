// The telephone's way to the gateway: a session while one is needed, and how
// long a lost one is waited for. What is said on it concerns the telephone.

import type { Saved } from "./saved.ts";
import { Session, type Refusal } from "./session.ts";
import type { FromGateway, Papers, ToGateway, Welcome } from "./wire.ts";

export interface Address {
  url: string;
  key: string;
  papers: Papers;
}

export interface Talk {
  /** Connected; fresh says that earlier calls are over, and the welcome may say why. */
  onWelcome(welcome: Welcome, fresh: boolean): void;
  onCaughtUp(welcome: Welcome): void;
  onMessage(message: FromGateway): void;
  onLost(): void;
  onRefused(refusal: Refusal): void;
  /** The gateway has given up a call that was lost for this long. */
  onGraceOver(): void;
}

/** A first connection that takes longer than this is called unreachable. */
const patience = 10_000;

export class Line {
  readonly #talk: Talk;
  #session: Session | undefined;
  #welcome: Welcome | undefined;
  #waiting: ((connected: boolean) => void)[] = [];
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  get open(): boolean {
    return this.#session !== undefined;
  }

  get up(): boolean {
    return this.#session?.up ?? false;
  }

  get place(): { session: string; last: number } | undefined {
    return this.#session?.place;
  }

  get servers(): RTCIceServer[] {
    return this.#welcome?.ice_servers ?? [];
  }

  /** Opens a session, or takes up the one of the page before. One that may be called waits for ever. */
  start({ url, key, papers }: Address, resume?: Saved): void {
    const mine = (act: () => void) => {
      if (session === this.#session) act();
    };
    const session: Session = new Session({
      url,
      key,
      papers,
      ...(resume ? { resume: { session: resume.session, last: resume.last } } : {}),
      patience: papers.token || resume ? 0 : patience,
      onWelcome: (welcome, fresh) => mine(() => this.#welcomed(welcome, fresh)),
      onCaughtUp: (welcome) => mine(() => this.#talk.onCaughtUp(welcome)),
      onMessage: (message) => mine(() => this.#talk.onMessage(message)),
      onLost: () => mine(() => this.#talk.onLost()),
      onRefused: (refusal) => mine(() => this.#refused(refusal)),
    });
    this.#session = session;
    session.start();
  }

  /** Waits for the gateway; false when it cannot be had in time, or is not wanted any more. */
  async connected(address: Address): Promise<boolean> {
    if (!this.#session) this.start(address);
    if (this.up) return true;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      // A session that waits for ever is no reason for a caller to.
      setTimeout(resolve, patience, false);
    });
  }

  say(message: ToGateway): void {
    this.#session?.send(message);
  }

  poke(): void {
    this.#session?.poke();
  }

  /** The gateway keeps a call for its grace, or for this many seconds of it; then it is over. */
  expectReturn(seconds: number = this.#graceSeconds): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => this.#talk.onGraceOver(), seconds * 1000);
  }

  /** The call is over: nothing waits for the gateway on its behalf. */
  settle(): void {
    clearTimeout(this.#grace);
    this.#tellWaiting(false);
  }

  /** Ends the session. What still waits for the connection, such as a hang-up, is sent when it is back. */
  release(): void {
    this.#session?.stopWhenSent(this.#graceSeconds * 1000);
    this.#session = undefined;
  }

  get #graceSeconds(): number {
    return this.#welcome?.grace_seconds ?? 30;
  }

  #welcomed(welcome: Welcome, fresh: boolean): void {
    this.#welcome = welcome;
    clearTimeout(this.#grace);
    this.#talk.onWelcome(welcome, fresh);
    this.#tellWaiting(true);
  }

  #refused(refusal: Refusal): void {
    this.#session = undefined;
    this.#talk.onRefused(refusal);
    this.#tellWaiting(false);
  }

  #tellWaiting(connected: boolean): void {
    for (const tell of this.#waiting.splice(0)) tell(connected);
  }
}
