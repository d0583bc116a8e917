import { Check, Choice, Count, Steps, Text } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { useStock } from "./lists.ts";
import { Phrase } from "./phrase.tsx";
import type { Queue } from "./wire.ts";
import { useWords } from "./words.ts";

type Draft = Omit<Required<Queue>, "id" | "managed" | "closed"> & { closed: Required<Queue["closed"]> };

export const queueShelf: Shelf<Queue, Draft> = {
  kind: "queues",
  title: ({ name }) => name,
  draft: (row, { lists }) => ({
    name: row?.name ?? "",
    strategy: row?.strategy ?? "longest_idle",
    priority: row?.priority ?? 0,
    ring_seconds: row?.ring_seconds ?? 20,
    most_waiting: row?.most_waiting ?? 0,
    max_wait_seconds: row?.max_wait_seconds ?? 0,
    last: row?.last ?? "hangup",
    overflow: row?.overflow ?? [],
    relax: row?.relax ?? [],
    wrap_up_seconds: row?.wrap_up_seconds ?? 0,
    hours: row ? (row.hours ?? "") : lists.hours.length === 1 ? (lists.hours[0]?.id ?? "") : "",
    closed: { then: row?.closed.then ?? "hangup", phrase: row?.closed.phrase ?? "", queue: row?.closed.queue ?? "" },
    language: row?.language ?? "",
    greeting: row?.greeting ?? "",
    music: row?.music ?? "",
    callback: row?.callback ?? false,
    voicemail: row?.voicemail ?? false,
    recording: row?.recording ?? "",
    service_level_seconds: row?.service_level_seconds ?? 20,
  }),
  body: (draft) => ({ ...draft, name: draft.name.trim(), closed: closing(draft.closed) }),
  Form,
};

/** What is said of a closed queue; the other one only where there is to be one. */
function closing({ then, phrase, queue }: Draft["closed"]): Queue["closed"] {
  return { then, ...(phrase ? { phrase } : {}), ...(then === "another_queue" && queue ? { queue } : {}) };
}

function Form({ draft, set }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.queues;
  const others = lists.queues.filter(({ name }) => name !== draft.name).map(({ id, name }) => [id, name] as const);
  const named = (options: Record<string, string>) => Object.entries(options);
  const first = others[0]?.[0] ?? "";
  return (
    <>
      <Text name="name" label={words.name} hint={w.nameHint} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Group title={w.when}>
        <Choice name="hours" label={w.hours} hint={w.hoursHint} value={draft.hours} options={[["", w.always], ...lists.hours.map(({ id, name }) => [id, name] as const)]} onChoose={(hours) => set({ hours })} />
        {draft.hours && (
          <>
            <Choice
              name="closed.then"
              label={w.closed}
              value={draft.closed.then}
              options={named(w.closedThen)}
              onChoose={(then) => set({ closed: { ...draft.closed, then: then as Draft["closed"]["then"], queue: draft.closed.queue || first } })}
            />
            {draft.closed.then === "another_queue" ? (
              <Choice name="closed.queue" label={w.otherQueue} value={draft.closed.queue} options={others} onChoose={(queue) => set({ closed: { ...draft.closed, queue } })} />
            ) : (
              <Phrase name="closed.phrase" label={w.closedPhrase} hint={w.closedPhraseHint} value={draft.closed.phrase} onInput={(phrase) => set({ closed: { ...draft.closed, phrase } })} />
            )}
          </>
        )}
      </Group>
      <Group title={w.who}>
        <Choice name="strategy" label={w.strategy} hint={w.strategyHints[draft.strategy]} value={draft.strategy} options={named(w.strategies)} onChoose={(strategy) => set({ strategy: strategy as Draft["strategy"] })} />
        <Count name="ring_seconds" label={w.ring} hint={w.ringHint} value={draft.ring_seconds} max={3600} onInput={(ring_seconds) => set({ ring_seconds })} />
        <Count name="wrap_up_seconds" label={w.wrapUp} hint={w.wrapUpHint} value={draft.wrap_up_seconds} max={3600} onInput={(wrap_up_seconds) => set({ wrap_up_seconds })} />
        <Count name="priority" label={w.priority} hint={w.priorityHint} value={draft.priority} min={-1000} max={1000} onInput={(priority) => set({ priority })} />
        <Steps
          label={w.relax}
          hint={w.relaxHint}
          add={words.addStep}
          remove={words.removeRow}
          rows={draft.relax}
          blank={() => ({ after_seconds: (draft.relax.at(-1)?.after_seconds ?? 0) + 30, by: 1 })}
          onChange={(relax) => set({ relax })}
        >
          {(row, change) => (
            <>
              <Count name="relax" label={w.after} value={row.after_seconds} max={86400} onInput={(after_seconds) => change({ after_seconds })} />
              <Count name="relax.by" label={w.levels} value={row.by} min={1} max={10} onInput={(by) => change({ by })} />
            </>
          )}
        </Steps>
      </Group>
      <Group title={w.waiting}>
        <Choice name="language" label={w.language} hint={w.languageHint} value={draft.language} options={[["", w.gatewaysLanguage], ["en", "English"], ["zh", "中文"], ["ar", "العربية"]]} onChoose={(language) => set({ language })} />
        <Phrase name="greeting" label={w.greeting} hint={w.greetingHint} value={draft.greeting} onInput={(greeting) => set({ greeting })} />
        <Phrase name="music" label={w.music} hint={w.musicHint} value={draft.music} onInput={(music) => set({ music })} endless />
        <p class="hint">{w.filesHint}</p>
        <Check label={w.callback} hint={w.callbackHint} checked={draft.callback} onCheck={(callback) => set({ callback })} />
        <Check label={w.voicemail} hint={w.voicemailHint} checked={draft.voicemail} onCheck={(voicemail) => set({ voicemail })} />
        <Choice name="recording" label={words.recording.ofQueue} hint={words.recording.ofQueueHint} value={draft.recording} options={[["", words.recording.asAccount], ...named(words.recording.ways)]} onChoose={(recording) => set({ recording })} />
      </Group>
      <Group title={w.limits}>
        <Count name="most_waiting" label={w.most} hint={w.zeroHint} value={draft.most_waiting} max={100000} onInput={(most_waiting) => set({ most_waiting })} />
        <Count name="max_wait_seconds" label={w.maxWait} hint={w.zeroHint} value={draft.max_wait_seconds} max={86400} onInput={(max_wait_seconds) => set({ max_wait_seconds })} />
        <Choice name="last" label={w.last} hint={w.lastHint} value={draft.last} options={named(w.lasts)} onChoose={(last) => set({ last: last as Draft["last"] })} />
        <Steps
          label={w.overflow}
          hint={others.length === 0 ? w.overflowNone : w.overflowHint}
          add={words.addStep}
          remove={words.removeRow}
          rows={draft.overflow}
          blank={() => ({ after_seconds: (draft.overflow.at(-1)?.after_seconds ?? 0) + 60, queue: first })}
          onChange={(overflow) => set({ overflow })}
        >
          {(row, change) => (
            <>
              <Count name="overflow" label={w.after} value={row.after_seconds} max={86400} onInput={(after_seconds) => change({ after_seconds })} />
              <Choice name="overflow.queue" label={w.otherQueue} value={row.queue} options={others} onChoose={(queue) => change({ queue })} />
            </>
          )}
        </Steps>
        <Count name="service_level_seconds" label={w.level} hint={w.levelHint} value={draft.service_level_seconds} max={86400} onInput={(service_level_seconds) => set({ service_level_seconds })} />
      </Group>
    </>
  );
}
