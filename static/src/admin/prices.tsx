import { currencyName, decimal, digits, minor, money, rate } from "../money.ts";
import { Check, Choice, Count, Field, Lines, Many, Text, type Named, written } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { useStock } from "./lists.ts";
import { WhatItCosts } from "./priceexample.tsx";
import { usePriceWords } from "./pricewords.ts";
import { referenceTitle } from "./references.tsx";
import type { Price } from "./wire.ts";
import { useSpeech } from "./words.ts";

/** As the form holds it: amounts as they are written, parts in percent. */
interface Draft extends Omit<Price, "id" | "managed" | "updated_at" | "connect" | "destinations" | "seller_part"> {
  video_per_minute: string;
  connect: string;
  references: string[];
  /** Beginnings of numbers, and references that this login may not see. */
  others: string[];
  seller_percent: number;
}

/** What calls cost. */
export const priceShelf: Shelf<Price, Draft> = {
  kind: "prices",
  title: ({ name }) => name,
  About,
  draft: (row, { lists }) => {
    const { id: _, managed: __, updated_at: ___, connect, destinations, seller_part, ...same } = row ?? usual;
    const known = (to: string) => lists.references.some(({ id }) => id === to);
    return {
      ...same,
      video_per_minute: row?.video_per_minute ?? "",
      connect: decimal({ amount: connect, currency: same.currency }),
      references: destinations.filter(known),
      others: destinations.filter((to) => !known(to)),
      seller_percent: seller_part / 100,
    };
  },
  body: (draft, fresh) => priceBody(draft, fresh),
  Form,
  Below: ({ row }) => <WhatItCosts key={row.updated_at} price={row} />,
};

const usual: Price = {
  id: "",
  name: "",
  active: true,
  position: 0,
  currency: "EUR",
  per_minute: "",
  connect: 0,
  free_seconds: 0,
  minimum_seconds: 0,
  first_seconds: 1,
  increment_seconds: 1,
  after: "end",
  destinations: [],
  widgets: [],
  payers: ["caller"],
  cover_seconds: 0,
  accepted_by_use: false,
  seller_part: 0,
  updated_at: "",
};

/** What is sent of a draft. The currency is said once. */
export function priceBody(draft: Draft, fresh: boolean): object {
  return {
    name: draft.name.trim(),
    ...(fresh ? { currency: draft.currency.trim().toUpperCase() } : {}),
    active: draft.active,
    position: draft.position,
    per_minute: pointed(draft.per_minute),
    video_per_minute: pointed(draft.video_per_minute),
    connect: minor(draft.connect || "0", draft.currency),
    free_seconds: draft.free_seconds,
    minimum_seconds: draft.minimum_seconds,
    first_seconds: draft.first_seconds,
    increment_seconds: draft.increment_seconds,
    after: draft.after,
    destinations: [...draft.references, ...written(draft.others)],
    widgets: draft.widgets,
    payers: written(draft.payers),
    cover_seconds: draft.cover_seconds,
    accepted_by_use: draft.accepted_by_use,
    seller_part: Math.round(draft.seller_percent * 100),
  };
}

/** What a minute costs, as the API reads it; nothing written is nothing due. */
const pointed = (text: string): string => text.trim().replace(",", ".") || "0";

/** In the order in which they are tried: of one position, as the gateway tries them, the older first. */
export const inTurn = (a: Price, b: Price): number => a.position - b.position || a.id.localeCompare(b.id);

/** A price in one line. */
function About({ row }: { row: Price }) {
  const { language } = useSpeech();
  const w = usePriceWords();
  const parts = [Number(row.per_minute) > 0 && w.aMinute(rate(language, row.currency, row.per_minute)), row.connect > 0 && w.atOnce(money(language, { amount: row.connect, currency: row.currency })), !row.active && w.retired];
  return <span class="about">{parts.filter(Boolean).join(" · ")}</span>;
}

interface SumProps extends Named {
  value: string;
  onInput(value: string): void;
  currency: string;
  behind: number;
  required?: boolean;
}

/** An amount, with as many digits behind the point as it may have. */
export function Sum({ value, onInput, currency, behind, required, ...named }: SumProps) {
  const { language } = useSpeech();
  const w = usePriceWords();
  return (
    <Field {...named} label={`${named.label} (${currency})`}>
      {(ids) => (
        <input
          {...ids}
          type="text"
          inputMode="decimal"
          dir="ltr"
          autocomplete="off"
          required={required ?? false}
          maxLength={20}
          pattern={behind > 0 ? `[0-9]{1,12}([.,][0-9]{1,${behind}})?` : "[0-9]{1,12}"}
          title={w.writeSum(rate(language, currency, "1"), behind)}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const { words, language } = useSpeech();
  const w = usePriceWords();
  const currency = draft.currency.trim().toUpperCase();
  return (
    <>
      <Text name="name" label={words.name} hint={w.nameHint} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Check label={w.active} hint={w.activeHint} checked={draft.active} onCheck={(active) => set({ active })} />
      <Group title={w.cost}>
        {fresh && <Text name="currency" label={w.currency} hint={w.currencyHint(currencyName(language, currency))} value={draft.currency} onInput={(currency) => set({ currency })} required code maxLength={3} />}
        <Sum name="per_minute" label={w.perMinute} hint={w.perMinuteHint} value={draft.per_minute} currency={currency} behind={6} onInput={(per_minute) => set({ per_minute })} />
        <Sum name="video_per_minute" label={w.video} hint={w.videoHint} value={draft.video_per_minute} currency={currency} behind={6} onInput={(video_per_minute) => set({ video_per_minute })} />
        <Sum name="connect" label={w.connect} hint={w.connectHint} value={draft.connect} currency={currency} behind={digits(currency)} onInput={(connect) => set({ connect })} />
      </Group>
      <Group title={w.counted}>
        <Count name="free_seconds" label={w.free} hint={w.freeHint} value={draft.free_seconds} max={86_400} onInput={(free_seconds) => set({ free_seconds })} />
        <Count name="minimum_seconds" label={w.minimum} hint={w.minimumHint} value={draft.minimum_seconds} max={3600} onInput={(minimum_seconds) => set({ minimum_seconds })} />
        <Count name="first_seconds" label={w.first} hint={w.firstHint} value={draft.first_seconds} min={1} max={3600} onInput={(first_seconds) => set({ first_seconds })} />
        <Count name="increment_seconds" label={w.increment} hint={w.incrementHint} value={draft.increment_seconds} min={1} max={3600} onInput={(increment_seconds) => set({ increment_seconds })} />
        <Choice name="after" label={w.after} hint={w.afterHint} value={draft.after} options={Object.entries(w.afters)} onChoose={(after) => set({ after: after as Price["after"] })} />
      </Group>
      <Which draft={draft} set={set} fresh={fresh} />
      <Group title={w.pays}>
        <Lines name="payers" label={w.payers} hint={w.payersHint} value={draft.payers} onInput={(payers) => set({ payers })} placeholder="caller" />
        <Count name="cover_seconds" label={w.cover} hint={w.coverHint} value={draft.cover_seconds} max={86_400} onInput={(cover_seconds) => set({ cover_seconds })} />
        <Check label={w.byUse} hint={w.byUseHint} checked={draft.accepted_by_use} onCheck={(accepted_by_use) => set({ accepted_by_use })} />
        <Count name="seller_part" label={w.seller} hint={w.sellerHint} value={draft.seller_percent} max={100} step="any" onInput={(seller_percent) => set({ seller_percent })} />
      </Group>
    </>
  );
}

/** For which calls it is. */
function Which({ draft, set }: FormProps<Draft>) {
  const { words } = useSpeech();
  const { lists } = useStock();
  const w = usePriceWords();
  const references = lists.references.map((row) => [row.id, referenceTitle(row, lists, words)] as const);
  const widgets = lists.widgets.map(({ id, name, key }) => [id, name || key] as const);
  return (
    <Group title={w.which}>
      <Many label={w.references} hint={w.referencesHint} none={words.widgets.noReferences} options={references} chosen={draft.references} onChoose={(references) => set({ references })} />
      <Lines name="destinations" label={w.numbers} hint={w.numbersHint} value={draft.others} onInput={(others) => set({ others })} placeholder="+1555" />
      <Many label={w.widgets} hint={w.widgetsHint} none={words.none} options={widgets} chosen={draft.widgets} onChoose={(widgets) => set({ widgets })} />
      <Count name="position" label={words.position} hint={w.positionHint} value={draft.position} min={-1000} max={1000} onInput={(position) => set({ position })} />
    </Group>
  );
}
