import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** When what had the focus within a part of the page goes, the focus goes to another place instead of nowhere. */
export function useHeldFocus(within: RefObject<HTMLElement | null>, to: RefObject<HTMLElement | null>): void {
  const had = useRef(false);
  had.current = within.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (had.current && document.activeElement === document.body) to.current?.focus();
  });
}
