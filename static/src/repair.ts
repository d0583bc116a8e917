// Brings sound back: while it does not get through, ICE is restarted again and
// again; when it never got through at all, that is said.

const again = 4_000;
const never = 20_000;

export class Repair {
  #restarting: ReturnType<typeof setInterval> | undefined;
  #giveUp: ReturnType<typeof setTimeout> | undefined;
  readonly #restart: () => void;

  constructor(restart: () => void) {
    this.#restart = restart;
  }

  /** From the answer on, sound must get through within 20 s. */
  expect(gaveUp: () => void): void {
    this.#giveUp ??= setTimeout(gaveUp, never);
  }

  down(): void {
    if (this.#restarting !== undefined) return;
    this.#restart();
    this.#restarting = setInterval(this.#restart, again);
  }

  up(): void {
    clearTimeout(this.#giveUp);
    this.#giveUp = undefined;
    clearInterval(this.#restarting);
    this.#restarting = undefined;
  }

  stop(): void {
    this.up();
  }
}
