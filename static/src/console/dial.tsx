import { Reach } from "./reach.tsx";
import { label } from "./shortcuts.ts";
import type { Colleague } from "./wire.ts";
import { useWords } from "./words.ts";

interface DialProps {
  colleagues: Colleague[];
  /** Why nobody can be called now; empty while they can. */
  why: string;
  shortcut: string;
  onCall(to: string): void;
}

/** Calls out, while there is no call. */
export function Dial({ colleagues, why, shortcut, onCall }: DialProps) {
  const words = useWords();
  return (
    <section class="card" aria-labelledby="dial-title">
      <h2 id="dial-title" title={label(shortcut)}>
        {words.dial.heading}
      </h2>
      <Reach id="dial" pad colleagues={colleagues} why={why} choices={[{ label: words.dial.call, run: onCall }]} />
    </section>
  );
}
