import type { FormProps, Shelf } from "./editor.tsx";
import { Check, Count, Text } from "./fields.tsx";
import type { SharedPage } from "./wire.ts";
import { useWords } from "./words.ts";

type Draft = Pick<SharedPage, "name" | "url" | "whole_site" | "beside" | "position">;

/** The pages that agents may show to a visitor during a call. */
export const sharedPageShelf: Shelf<SharedPage, Draft> = {
  kind: "pages",
  title: ({ name }) => name,
  draft: (row, { lists }) => ({
    name: row?.name ?? "",
    url: row?.url ?? "",
    whole_site: row?.whole_site ?? false,
    beside: row?.beside ?? false,
    position: row?.position ?? lists.pages.reduce((last, { position }) => Math.max(last, position + 1), 0),
  }),
  body: ({ name, url, ...rest }) => ({ name: name.trim(), url: url.trim(), ...rest }),
  Form,
};

function Form({ draft, set }: FormProps<Draft>) {
  const words = useWords();
  return (
    <>
      <Text name="name" label={words.name} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Text name="url" type="url" label={words.pages.url} hint={words.pages.urlHint} value={draft.url} onInput={(url) => set({ url })} required maxLength={2000} code />
      <Check label={words.pages.site} checked={draft.whole_site} onCheck={(whole_site) => set({ whole_site })} />
      <Check label={words.pages.beside} hint={words.pages.besideHint} checked={draft.beside} onCheck={(beside) => set({ beside })} />
      <Count name="position" label={words.position} hint={words.positionHint} value={draft.position} min={-1000} max={1000} onInput={(position) => set({ position })} />
    </>
  );
}
