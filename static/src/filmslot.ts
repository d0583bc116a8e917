// Where pictures have their place in the panel. Most calls have none, and load nothing
// of this.

import { h } from "./dom.ts";
import type { Model } from "./model.ts";
import { part } from "./part.ts";

/** Where pictures are shown. */
export interface FilmHost {
  root: ShadowRoot;
  slot: HTMLElement;
  language: string;
}

/** The camera, or null and a sentence that says why not. */
export interface Filmed {
  camera: MediaStream | null;
  problem?: string;
}

export interface Film {
  draw(model: Model): void;
  /** The other side's picture, and one's own. */
  far(stream: MediaStream | null): void;
  self(stream: MediaStream | null): void;
  camera(): Promise<Filmed>;
}

/** The file of pictures; put in by the build. */
declare const FILM: string;

export class FilmSlot {
  readonly element = h("div", { class: "stage", part: "stage", hidden: true });
  readonly #host: FilmHost;
  #film: Promise<Film> | undefined;

  constructor(root: ShadowRoot, language: string) {
    this.#host = { root, slot: this.element, language };
  }

  draw(model: Model): void {
    if (model.video || this.#film) this.#show((film) => film.draw(model));
  }

  far(stream: MediaStream | null): void {
    if (stream || this.#film) this.#show((film) => film.far(stream));
  }

  self(stream: MediaStream | null): void {
    if (stream || this.#film) this.#show((film) => film.self(stream));
  }

  /** Without the file a call goes on as sound. */
  async camera(): Promise<Filmed> {
    return this.#load().then((film) => film.camera(), () => ({ camera: null }));
  }

  #show(what: (film: Film) => void): void {
    this.#load().then(what, () => undefined);
  }

  #load(): Promise<Film> {
    return (this.#film ??= part<FilmHost, Film>(FILM, this.#host).catch((failure: unknown) => {
      this.#film = undefined; // the next call tries again
      throw failure;
    }));
  }
}
