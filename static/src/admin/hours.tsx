import { useEffect, useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Check, Field, Steps, Text } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { dayNames, days, moment } from "./dates.ts";
import type { Hours, HoursTrial, Span } from "./wire.ts";
import { plain, useSpeech, useWords } from "./words.ts";

interface Draft {
  name: string;
  time_zone: string;
  week: Record<string, Span[]>;
  holidays: { date: string; name: string }[];
  exceptions: { date: string; name: string; open: Span[] }[];
}

const usual: Span = { from: "09:00", to: "17:00" };
const workdays = days.slice(0, 5);

export const hoursShelf: Shelf<Hours, Draft> = {
  kind: "hours",
  title: ({ name }) => name,
  draft: (row) => ({
    name: row?.name ?? "",
    time_zone: row?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    week: Object.fromEntries(days.map((day) => [day, row ? spansOf(row, day) : workdays.includes(day) ? [{ ...usual }] : []])),
    holidays: row?.holidays.map(({ date, name }) => ({ date, name: name ?? "" })) ?? [],
    exceptions: row?.exceptions.map(({ date, name, open }) => ({ date, name: name ?? "", open })) ?? [],
  }),
  body: table,
  Form,
};

const spansOf = (row: Hours, wanted: string): Span[] => row.week.filter(({ day }) => day === wanted).map(({ from, to }) => ({ from, to }));

/** A draft as the API takes it. */
function table({ name, time_zone, week, holidays, exceptions }: Draft) {
  return { name: name.trim(), time_zone: time_zone.trim(), week: days.flatMap((day) => (week[day] ?? []).map((span) => ({ day, ...span }))), holidays, exceptions };
}

function Form({ draft, set }: FormProps<Draft>) {
  const { words, language } = useSpeech();
  const w = words.hours;
  const names = dayNames(language);
  return (
    <>
      <Text name="name" label={words.name} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Text name="time_zone" label={w.zone} hint={w.zoneHint} value={draft.time_zone} onInput={(time_zone) => set({ time_zone })} required code list={Intl.supportedValuesOf("timeZone")} />
      <Preview draft={draft} />
      <Group title={w.week}>
        <p class="hint">{w.weekHint}</p>
        {days.map((day, i) => (
          <Spans key={day} label={names[i] ?? day} spans={draft.week[day] ?? []} onChange={(spans) => set({ week: { ...draft.week, [day]: spans } })} />
        ))}
      </Group>
      <Steps
        label={w.holidays}
        hint={w.holidaysHint}
        add={w.addHoliday}
        remove={words.removeRow}
        rows={draft.holidays}
        blank={() => ({ date: "", name: "" })}
        onChange={(holidays) => set({ holidays })}
      >
        {(row, change) => (
          <>
            <Text name="holidays" label={w.date} value={row.date} onInput={(date) => change({ date })} required code placeholder="2026-12-25" />
            <Text name="holidays.name" label={w.occasion} value={row.name} onInput={(name) => change({ name })} maxLength={100} />
          </>
        )}
      </Steps>
      <Steps
        label={w.exceptions}
        hint={w.exceptionsHint}
        add={w.addException}
        remove={words.removeRow}
        rows={draft.exceptions}
        blank={() => ({ date: "", name: "", open: [{ from: "09:00", to: "12:00" }] })}
        onChange={(exceptions) => set({ exceptions })}
      >
        {(row, change) => (
          <>
            <Text name="exceptions" label={w.date} value={row.date} onInput={(date) => change({ date })} required code placeholder="2026-12-24" />
            <Text name="exceptions.name" label={w.occasion} value={row.name} onInput={(name) => change({ name })} maxLength={100} />
            <Spans label={w.open} spans={row.open} onChange={(open) => change({ open })} />
          </>
        )}
      </Steps>
    </>
  );
}

/** When a day is open: nothing, once, or with breaks. */
function Spans({ label, spans, onChange }: { label: string; spans: Span[]; onChange(spans: Span[]): void }) {
  const words = useWords();
  const w = words.hours;
  const set = (at: number, change: Partial<Span>) => onChange(spans.map((span, i) => (i === at ? { ...span, ...change } : span)));
  return (
    <div class="day" role="group" aria-label={label}>
      <Check label={label} checked={spans.length > 0} onCheck={(open) => onChange(open ? [{ ...usual }] : [])} />
      {spans.length === 0 && <span class="quiet">{w.closed}</span>}
      {spans.map((span, i) => (
        <div class="span" key={i}>
          <Clock label={w.from} value={span.from} onInput={(from) => set(i, { from })} />
          <Clock label={w.to} value={span.to} onInput={(to) => set(i, { to })} />
          {spans.length > 1 && (
            <button type="button" aria-label={words.removeRow(i + 1)} onClick={() => onChange(spans.filter((_, j) => i !== j))}>
              ✕
            </button>
          )}
        </div>
      ))}
      {spans.length > 0 && (
        <button type="button" onClick={() => onChange([...spans, { from: "18:00", to: "20:00" }])}>
          {w.addSpan}
        </button>
      )}
    </div>
  );
}

/** A time of day as the API writes it: a browser's own field for times has no 24:00. */
function Clock({ label, value, onInput }: { label: string; value: string; onInput(value: string): void }) {
  return (
    <Field name="week" label={label}>
      {(ids) => (
        <input {...ids} class="clock" value={value} required dir="ltr" inputMode="numeric" maxLength={5} pattern="([01][0-9]|2[0-3]):[0-5][0-9]|24:00" placeholder="09:00" onInput={(event) => onInput(event.currentTarget.value)} />
      )}
    </Field>
  );
}

/** Whether these hours, kept or not, would be open now, and until when. */
function Preview({ draft }: { draft: Draft }) {
  const { words, language } = useSpeech();
  const [said, setSaid] = useState("");
  const wanted = JSON.stringify({ ...table(draft), name: undefined });
  useEffect(() => {
    let stale = false;
    const soon = setTimeout(async () => {
      try {
        const { open, changes_at } = await tell<HoursTrial>("/v1/hours/try", JSON.parse(wanted));
        if (stale) return;
        setSaid(words.hours.now(open, changes_at ? moment(changes_at, language, draft.time_zone) : ""));
      } catch (error) {
        if (!stale) setSaid(plain(words, error));
      }
    }, 400);
    return () => {
      stale = true;
      clearTimeout(soon);
    };
  }, [wanted, words]);
  return (
    <p class="note" role="status">
      {said}
    </p>
  );
}
