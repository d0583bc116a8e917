// What is seen in a call: the other side, and in a corner oneself.

import { h } from "./dom.ts";
import type { Model } from "./model.ts";
import type { FilmWords } from "./filmwords.ts";

export class Stage {
  readonly #place: HTMLElement;
  readonly #words: FilmWords;
  readonly #far;
  readonly #self;
  readonly #note = h("p", { class: "note" });

  constructor(place: HTMLElement, words: FilmWords) {
    this.#place = place;
    this.#words = words;
    // Their sound is played apart, so that it does not depend on being shown.
    this.#far = h("video", { autoplay: true, playsinline: true, part: "far", "aria-label": words.theirPicture });
    this.#self = h("video", { autoplay: true, playsinline: true, part: "self", "aria-label": words.yourPicture });
    this.#far.muted = this.#self.muted = true;
    place.append(this.#far, this.#note, this.#self);
  }

  far(stream: MediaStream | null): void {
    show(this.#far, stream);
  }

  self(stream: MediaStream | null): void {
    show(this.#self, stream);
  }

  draw(model: Model): void {
    const seen = model.video && model.picture === "on";
    this.#place.hidden = !model.video || model.phase === "incoming";
    this.#far.hidden = !seen;
    this.#self.hidden = !model.filmed || model.cameraOff;
    const note = seen ? "" : (model.phase === "in_call" ? model.pictureNote : "") || this.#words.noPicture;
    if (this.#note.textContent !== note) this.#note.textContent = note;
  }
}

function show(element: HTMLVideoElement, stream: MediaStream | null): void {
  element.srcObject = stream;
  // A muted picture needs no click; where the browser thinks otherwise, the sound's button asks for it.
  if (stream) element.play().catch(() => undefined);
}
