// Several tabs of one agent: all of them ring, one has the call, and the others
// say so. A tab that has a call holds a lock for as long as it lives, so that the
// others learn of its end also when it crashes.

export interface Elsewhere {
  /** Whom the other tab talks to, as that tab shows it. */
  with: string;
}

interface Told {
  tab: string;
  /** undefined asks every tab to tell. */
  talk?: Elsewhere | null;
}

const channelName = "webtrunk-console";

export class Tabs {
  readonly #channel = new BroadcastChannel(channelName);
  readonly #me = crypto.randomUUID();
  readonly #changed: (elsewhere: Elsewhere | undefined) => void;
  readonly #others = new Map<string, Elsewhere>();
  #talk: Elsewhere | null = null;
  #hangUp: (() => void) | undefined;
  #hush: (() => void) | undefined;

  constructor(changed: (elsewhere: Elsewhere | undefined) => void) {
    this.#changed = changed;
    this.#channel.onmessage = ({ data }) => this.#heard(data as Told);
    this.#channel.postMessage({ tab: this.#me } satisfies Told);
  }

  /** Says that this tab has a call, or none. */
  talking(talk: Elsewhere | null): void {
    if (talk?.with === this.#talk?.with) return;
    this.#talk = talk;
    if (talk && !this.#hangUp) void hold(this.#lock(this.#me), (release) => (this.#hangUp = release));
    if (!talk) {
      this.#hangUp?.();
      this.#hangUp = undefined;
    }
    this.#tell();
  }

  /** Has one tab alone make a sound, also when that one is closed while it rings. */
  ring(start: () => void): void {
    let wanted = true;
    let release = () => {};
    this.#hush = () => {
      wanted = false;
      release();
    };
    void hold("webtrunk-console-ring", (done) => {
      release = done;
      if (wanted) start();
      else done();
    });
  }

  hush(): void {
    this.#hush?.();
    this.#hush = undefined;
  }

  close(): void {
    this.talking(null);
    this.hush();
    this.#channel.close();
  }

  #tell(): void {
    this.#channel.postMessage({ tab: this.#me, talk: this.#talk } satisfies Told);
  }

  #heard({ tab, talk }: Told): void {
    if (talk === undefined) {
      if (this.#talk) this.#tell();
      return;
    }
    if (talk === null) return this.#forget(tab);
    const known = this.#others.has(tab);
    this.#others.set(tab, talk);
    this.#changed(talk);
    // The lock is to be had when that tab's call, or the tab itself, is over.
    if (!known) {
      void hold(this.#lock(tab), (release) => {
        release();
        this.#forget(tab);
      });
    }
  }

  #forget(tab: string): void {
    if (!this.#others.delete(tab)) return;
    this.#changed([...this.#others.values()].at(-1));
  }

  #lock(tab: string): string {
    return `webtrunk-console-call-${tab}`;
  }
}

/** Waits for a lock and keeps it until it is released. */
async function hold(name: string, got: (release: () => void) => void): Promise<void> {
  await navigator.locks.request(name, () => new Promise<void>((release) => got(release)));
}
