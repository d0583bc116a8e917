// Which view the page's address names, and what in it: #queues/queue_….

import { useLayoutEffect, useState } from "preact/hooks";
import { type Kind, kinds } from "./lists.ts";
import { leave, unsaved } from "./unsaved.ts";

export type View = "start" | Kind;

export interface Place {
  view: View;
  /** The ID of a row, unmade, or nothing. */
  one: string;
}

/** Where a new row is made. No ID, and no name of a trunk or a route, begins so. */
export const unmade = "-new";

/** Reads an address; undefined for one that names no view, such as the skip link's. */
export function placeIn(hash: string): Place | undefined {
  const [view = "", one = ""] = hash.replace(/^#/, "").split("/");
  if (view === "") return { view: "start", one: "" };
  if (view !== "start" && !kinds.some((kind) => kind === view)) return undefined;
  return { view: view as View, one };
}

export const addressOf = ({ view, one }: Place): string => `#${view}${one ? `/${one}` : ""}`;

/** Where the reader is. Whoever leaves something unsaved by a link or by going back is asked first. */
export function usePlace(): Place {
  const [place, setPlace] = useState<Place>(() => placeIn(location.hash) ?? { view: "start", one: "" });
  // At once: an address that changed between drawing and listening would be missed.
  useLayoutEffect(() => {
    const change = () => {
      const wanted = placeIn(location.hash);
      if (!wanted || addressOf(wanted) === addressOf(place)) return;
      if (!unsaved()) return setPlace(wanted);
      history.replaceState(null, "", addressOf(place));
      leave(() => {
        history.replaceState(null, "", addressOf(wanted));
        setPlace(wanted);
      });
    };
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, [place]);
  return place;
}

/** Goes to a place that nothing unsaved stands in the way of. */
export function go(place: Place): void {
  location.hash = addressOf(place);
}
