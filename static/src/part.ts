// Loads a part of the widget, a file of its own, when it is wanted.

import { report } from "./operator.ts";

/** Starts what a file beside this one holds. Rejects where the file cannot be had, which the browser's console tells. */
export async function part<Host, Part>(file: string, host: Host): Promise<Part> {
  const loaded = import(new URL(file, import.meta.url).href) as Promise<{ start(host: Host): Part }>;
  loaded.catch(() => report(`${file} could not be loaded`));
  return (await loaded).start(host);
}
