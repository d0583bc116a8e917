import { useState } from "preact/hooks";
import { useWords } from "./words.ts";

/** A button that deletes somebody's message, and asks once more before it does. */
export function Strike({ who, onDelete }: { who: string; onDelete(): void }) {
  const { voicemails } = useWords();
  const [sure, setSure] = useState(false);
  return sure ? (
    <button key="sure" type="button" class="danger" onClick={onDelete} onBlur={() => setSure(false)} ref={(button) => button?.focus()}>
      {voicemails.sure}
    </button>
  ) : (
    <button key="ask" type="button" aria-label={voicemails.deleteOf(who)} onClick={() => setSure(true)}>
      {voicemails.remove}
    </button>
  );
}
