// Keeps the screen awake (Screen Wake Lock). The browser lets go of it whenever the page
// is out of sight, and it is asked for again when the page is back.

export class Wakefulness {
  #lock: WakeLockSentinel | undefined;
  #wanted = false;
  readonly #returned = () => void this.#hold();

  begin(): void {
    this.#wanted = true;
    document.addEventListener("visibilitychange", this.#returned);
    void this.#hold();
  }

  end(): void {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#returned);
    this.#letGo();
  }

  async #hold(): Promise<void> {
    if (document.visibilityState !== "visible" || (this.#lock && !this.#lock.released)) return;
    try {
      // Not every browser has it, and on a low battery none gives it.
      this.#lock = await navigator.wakeLock?.request("screen");
    } catch {
      return;
    }
    if (!this.#wanted) this.#letGo();
  }

  #letGo(): void {
    void this.#lock?.release();
    this.#lock = undefined;
  }
}
