import { Check, Count, Lines, Many, Text, written } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { Install } from "./install.tsx";
import { type Lists, useStock } from "./lists.ts";
import { referenceTitle } from "./references.tsx";
import type { Widget } from "./wire.ts";
import { useWords } from "./words.ts";

interface Draft {
  name: string;
  enabled: boolean;
  origins: string[];
  references: string[];
  /** Beginnings of numbers, and references that this login may not see. */
  others: string[];
  metadata_names: string[];
  calls_at_once: number;
  calls_per_hour: number;
}

/** What the page itself can tell of where it is, as attributes of the button name it. */
export const tellable = ["page", "referrer", "title"] as const;

export const widgetShelf: Shelf<Widget, Draft> = {
  kind: "widgets",
  title: ({ name, key }) => name || key,
  draft: (row, { lists }) => ({
    name: row?.name ?? "",
    enabled: row?.enabled ?? true,
    origins: row?.origins ?? [],
    ...destinations(row, lists),
    metadata_names: row?.metadata_names ?? [...tellable],
    calls_at_once: row?.calls_at_once ?? 0,
    calls_per_hour: row?.calls_per_hour ?? 0,
  }),
  body: (draft, fresh) => ({
    name: draft.name.trim(),
    ...(fresh ? {} : { enabled: draft.enabled }),
    origins: written(draft.origins),
    destinations: [...draft.references, ...written(draft.others)],
    metadata_names: written(draft.metadata_names),
    calls_at_once: draft.calls_at_once,
    calls_per_hour: draft.calls_per_hour,
  }),
  Form,
  Below: Install,
};

function destinations(row: Widget | undefined, { references }: Lists): Pick<Draft, "references" | "others"> {
  if (!row) return { references: references.length === 1 ? references.map(({ id }) => id) : [], others: [] };
  const known = (to: string) => references.some(({ id }) => id === to);
  return { references: row.destinations.filter(known), others: row.destinations.filter((to) => !known(to)) };
}

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.widgets;
  const references = lists.references.map((row) => [row.id, referenceTitle(row, lists, words)] as const);
  return (
    <>
      <Text name="name" label={words.name} hint={w.nameHint} value={draft.name} onInput={(name) => set({ name })} maxLength={200} />
      <Lines name="origins" label={w.origins} hint={w.originsHint} value={draft.origins} onInput={(origins) => set({ origins })} placeholder="https://shop.example" />
      <Many label={w.references} hint={w.referencesHint} none={w.noReferences} options={references} chosen={draft.references} onChoose={(chosen) => set({ references: chosen })} />
      <Group title={w.more}>
        <Lines name="destinations" label={w.numbers} hint={w.numbersHint} value={draft.others} onInput={(others) => set({ others })} placeholder="+1555" />
        <Lines name="metadata_names" label={w.metadata} hint={w.metadataHint} value={draft.metadata_names} onInput={(metadata_names) => set({ metadata_names })} placeholder="product" />
        <Count name="calls_at_once" label={w.atOnce} hint={words.queues.zeroHint} value={draft.calls_at_once} max={100000} onInput={(calls_at_once) => set({ calls_at_once })} />
        <Count name="calls_per_hour" label={w.perHour} hint={words.queues.zeroHint} value={draft.calls_per_hour} max={100000} onInput={(calls_per_hour) => set({ calls_per_hour })} />
        {!fresh && <Check label={w.enabled} hint={w.enabledHint} checked={draft.enabled} onCheck={(enabled) => set({ enabled })} />}
      </Group>
    </>
  );
}
