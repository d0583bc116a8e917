import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/**
 * Keeps the keyboard's place in a list that changes by itself. When what had the
 * focus is taken away, the element with this ID gets it, so that Tab goes on
 * from there and not from the top of the page.
 */
export function useKeptFocus<E extends HTMLElement>(fallback: string) {
  const list = useRef<E>(null);
  const held = useRef<Element | null>(null);
  useEffect(() => {
    const note = () => {
      held.current = list.current?.contains(document.activeElement) ? document.activeElement : null;
    };
    document.addEventListener("focusin", note);
    document.addEventListener("pointerdown", note);
    return () => {
      document.removeEventListener("focusin", note);
      document.removeEventListener("pointerdown", note);
    };
  }, []);
  useLayoutEffect(() => {
    if (!held.current || held.current.isConnected) return;
    held.current = null;
    if (document.activeElement === document.body || document.activeElement === null) {
      document.getElementById(fallback)?.focus();
    }
  });
  return list;
}
