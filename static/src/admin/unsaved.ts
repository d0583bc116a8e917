// What somebody has written and not kept is lost only if they say so.

let dirty = false;
let asking: ((then: () => void) => void) | undefined;

/** Says whether there is something to lose. */
export function setUnsaved(is: boolean): void {
  dirty = is;
}

export const unsaved = (): boolean => dirty;

/** Says who asks a person whether to lose it. */
export function onLeaving(ask: ((then: () => void) => void) | undefined): void {
  asking = ask;
}

/** Goes on at once where there is nothing to lose, else once the person has said so. */
export function leave(then: () => void): void {
  if (!dirty || !asking) return then();
  asking(() => {
    dirty = false;
    then();
  });
}

/** Has the browser ask before the page is closed or loaded again. */
export function guardWindow(): () => void {
  const guard = (event: BeforeUnloadEvent) => {
    if (dirty) event.preventDefault();
  };
  addEventListener("beforeunload", guard);
  return () => removeEventListener("beforeunload", guard);
}
