import { Count, Text } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import type { Word } from "./wire.ts";
import { useWords } from "./words.ts";

type Draft = Pick<Word, "name" | "position">;

/** Reasons for being away, and dispositions: words to choose from a list. */
export function wordShelf(kind: "reasons" | "dispositions"): Shelf<Word, Draft> {
  return {
    kind,
    title: ({ name }) => name,
    draft: (row, { lists }) => ({ name: row?.name ?? "", position: row?.position ?? lists[kind].reduce((last, { position }) => Math.max(last, position + 1), 0) }),
    body: ({ name, position }) => ({ name: name.trim(), position }),
    Form,
  };
}

type Placed = Pick<Word, "id" | "position">;

export const byPosition = (a: Placed, b: Placed): number => a.position - b.position || a.id.localeCompare(b.id);

function Form({ draft, set }: FormProps<Draft>) {
  const words = useWords();
  return (
    <>
      <Text name="name" label={words.name} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Count name="position" label={words.position} hint={words.positionHint} value={draft.position} min={-1000} max={1000} onInput={(position) => set({ position })} />
    </>
  );
}
