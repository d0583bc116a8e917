import { useState } from "preact/hooks";
import { PageChecker } from "./checker.tsx";
import { Copied } from "./copied.tsx";
import { Check, Choice, Many, Text } from "./fields.tsx";
import { useStock } from "./lists.ts";
import { Preview } from "./preview.tsx";
import { referenceTitle } from "./references.tsx";
import { type Button, policyLines, snippet } from "./snippet.ts";
import type { Widget } from "./wire.ts";
import { useWords } from "./words.ts";
import { tellable } from "./widgets.tsx";

/** What is copied into a page, how it looks, and whether it works there. */
export function Install({ row }: { row: Widget }) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.widgets;
  const [look, setLook] = useState({ to: "", label: "", lang: "", theme: "auto", tells: [] as string[], fields: "", fallback: "", video: false });
  const targets = row.destinations
    .flatMap((to) => lists.references.filter(({ id }) => id === to))
    .map((reference) => [reference.id, referenceTitle(reference, lists, words)] as const);
  const to = targets.some(([id]) => id === look.to) ? look.to : (targets[0]?.[0] ?? "");
  const button: Button = { key: row.key, ...look, to };
  const untold = look.tells.filter((name) => !row.metadata_names.includes(name));
  const set = (change: Partial<typeof look>) => setLook((now) => ({ ...now, ...change }));
  return (
    <>
      <section class="part" aria-labelledby="snippet-title">
        <h3 id="snippet-title">{w.snippet}</h3>
        <p class="hint">{w.snippetHint}</p>
        <Choice name="snippet.to" label={w.to} value={to} options={targets.length === 0 ? [["", w.asksNumber]] : targets} onChoose={(chosen) => set({ to: chosen })} />
        <Text name="snippet.label" label={w.label} hint={w.labelHint} value={look.label} onInput={(label) => set({ label })} maxLength={60} />
        <Choice name="snippet.lang" label={w.lang} value={look.lang} options={[["", w.langs.page ?? ""], ["en", "English"], ["zh", "中文"], ["ar", "العربية"]]} onChoose={(lang) => set({ lang })} />
        <Choice name="snippet.theme" label={w.theme} value={look.theme} options={Object.entries(w.themes)} onChoose={(theme) => set({ theme })} />
        <details>
          <summary>{w.moreLook}</summary>
          <Many label={w.tells} hint={w.tellsHint} none="" options={tellable.map((name) => [name, w.tellNames[name] ?? name] as const)} chosen={look.tells} onChoose={(tells) => set({ tells })} />
          <Text name="snippet.fields" label={w.fields} hint={w.fieldsHint} value={look.fields} onInput={(fields) => set({ fields })} code maxLength={200} placeholder="#order input" />
          <Text name="snippet.fallback" type="tel" label={w.fallback} hint={w.fallbackHint} value={look.fallback} onInput={(fallback) => set({ fallback })} code maxLength={40} />
          <Check label={w.video} checked={look.video} onCheck={(video) => set({ video })} />
        </details>
        {untold.length > 0 && <p class="note">{w.untold(untold.join(", "))}</p>}
        <Copied block text={snippet(location.origin, button)} label={w.code} />
        <details>
          <summary>{w.policies}</summary>
          <p class="hint">{w.policiesHint}</p>
          <Copied block text={policyLines(location.origin)} label={w.policies} />
        </details>
      </section>
      <Preview button={button} served={row.enabled && row.origins.includes(location.origin)} />
      <PageChecker row={row} />
    </>
  );
}
