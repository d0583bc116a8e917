// The lists of microphones and loudspeakers, as far as the browser tells them. What is
// chosen is kept for the calls of this tab.

import { choose, chosen, type Chosen } from "../chosen.ts";
import { devices } from "../devices.ts";
import { h } from "../dom.ts";
import type { CheckWords } from "./words.ts";

export class Pickers {
  readonly element = h("div", { hidden: true });
  readonly #words: CheckWords;
  readonly #lists: Record<keyof Chosen, HTMLSelectElement>;
  readonly #speakers: HTMLElement;

  constructor(words: CheckWords, changed: () => void) {
    this.#words = words;
    const list = (device: keyof Chosen) => {
      const made = h("select", { id: `check-${device}`, part: `check-${device}` });
      made.addEventListener("change", () => {
        choose({ [device]: made.value });
        changed();
      });
      return made;
    };
    this.#lists = { microphone: list("microphone"), speaker: list("speaker") };
    this.#speakers = h("div", {}, h("label", { for: "check-speaker" }, words.speaker), this.#lists.speaker);
    this.element.append(h("label", { for: "check-microphone" }, words.microphone), this.#lists.microphone, this.#speakers);
  }

  /** Lists what there is now, with the microphone that was opened as the one in use. */
  async fill(opened: MediaStream): Promise<void> {
    const { inputs, outputs } = await devices();
    const inUse = opened.getAudioTracks()[0]?.getSettings().deviceId ?? "";
    this.#options("microphone", inputs, inputs.some(({ deviceId }) => deviceId === inUse) ? inUse : "");
    this.#options("speaker", outputs, chosen().speaker);
    this.#speakers.hidden = outputs.length === 0 || typeof HTMLMediaElement.prototype.setSinkId !== "function";
    this.element.hidden = false;
  }

  #options(device: keyof Chosen, there: MediaDeviceInfo[], inUse: string): void {
    const named = there.map(({ deviceId, label }, i) => h("option", { value: deviceId }, label || `${this.#words[device]} ${i + 1}`));
    // The browser's own choice is a name among them in some browsers, and none in others.
    const own = there.some(({ deviceId }) => deviceId === "default") ? [] : [h("option", { value: "" }, this.#words.byDefault)];
    this.#lists[device].replaceChildren(...own, ...named);
    this.#lists[device].value = inUse || (own.length > 0 ? "" : "default");
  }
}
