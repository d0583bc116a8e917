// The pictures of a call, a file of their own that is loaded by the first call with any:
// what is seen of the other side and of oneself, and the camera.

import { openCamera } from "./camera.ts";
import { deviceFault } from "./devicefault.ts";
import { sheet } from "./dom.ts";
import { filmCSS } from "./film-styles.ts";
import type { Film, FilmHost, Filmed } from "./filmslot.ts";
import { type FilmWords, filmWords } from "./filmwords.ts";
import { Stage } from "./stage.ts";

const look = sheet(filmCSS);

export function start({ root, slot, language }: FilmHost): Film {
  const words = filmWords[language] ?? filmWords.en!;
  const stage = new Stage(slot, words);
  if (!root.adoptedStyleSheets.includes(look)) root.adoptedStyleSheets.push(look);
  return {
    draw: (model) => stage.draw(model),
    far: (stream) => stage.far(stream),
    self: (stream) => stage.self(stream),
    camera: () => camera(words),
  };
}

/** Without a camera a call goes on as sound, and it is said why. */
async function camera(words: FilmWords): Promise<Filmed> {
  try {
    return { camera: await openCamera() };
  } catch (thrown) {
    return { camera: null, problem: words.camera[await deviceFault(thrown, "camera")] };
  }
}
