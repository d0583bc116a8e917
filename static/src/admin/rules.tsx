import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { moment } from "./dates.ts";
import { Check, Choice, Count, Steps, Text } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { useStock } from "./lists.ts";
import { Phrase } from "./phrase.tsx";
import { levelsOf, type Skill, Skills, skillsOf } from "./skills.tsx";
import type { Condition, Operator, Rule, RuleTrial } from "./wire.ts";
import { plain, useSpeech, useWords } from "./words.ts";

interface When {
  key: string;
  is: Operator;
  /** As it is written: several values with commas between. */
  values: string;
  trusted: boolean;
}

interface Draft {
  name: string;
  position: number;
  when: When[];
  queue: string;
  priority: number;
  needs: Skill[];
  greeting: string;
  page: string;
  callerPage: string;
  price: string;
}

/** The facts that calls commonly carry. */
const facts = ["page", "referrer", "title", "product", "cart", "order_id", "language", "identity.sub", "identity.name", "identity.email", "identity.phone_number", "call.to", "call.from", "call.kind", "call.queue"];

export const ruleShelf: Shelf<Rule, Draft> = {
  kind: "rules",
  title: ({ name }) => name,
  draft: (row) => ({
    name: row?.name ?? "",
    position: row?.position ?? 0,
    when: row?.when.map(({ key, is, values, trusted }) => ({ key, is, values: (values ?? []).join(", "), trusted: trusted ?? false })) ?? [],
    queue: row?.then.queue ?? "",
    priority: row?.then.priority ?? 0,
    needs: skillsOf(row?.then.needs),
    greeting: row?.then.greeting ?? "",
    page: row?.then.page ?? "",
    callerPage: row?.then.caller_page ?? "",
    price: row?.then.price ?? "",
  }),
  body: ({ name, position, when, queue, priority, needs, greeting, page, callerPage, price }) => ({
    name: name.trim(),
    position,
    when: when.map(condition),
    then: {
      priority,
      needs: levelsOf(needs),
      ...(queue ? { queue } : {}),
      ...(greeting ? { greeting } : {}),
      ...(page ? { page } : {}),
      ...(callerPage ? { caller_page: callerPage } : {}),
      ...(price ? { price } : {}),
    },
  }),
  Form,
};

/** Only one_of takes several values: a comma is part of any other's. */
export function condition({ key, is, values, trusted }: When): Condition {
  const list = is === "exists" ? [] : is === "one_of" ? values.split(",").map((value) => value.trim()).filter(Boolean) : [values.trim()];
  return { key: key.trim(), is, ...(list.length > 0 ? { values: list } : {}), trusted };
}

export const inOrder = (a: Rule, b: Rule): number => a.position - b.position || a.id.localeCompare(b.id);

function Form({ draft, set }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.rules;
  return (
    <>
      <Text name="name" label={words.name} hint={w.nameHint} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      <Count name="position" label={words.position} hint={w.positionHint} value={draft.position} min={-1000} max={1000} onInput={(position) => set({ position })} />
      <Steps label={w.when} hint={w.whenHint} add={w.addCondition} remove={words.removeRow} rows={draft.when} blank={(): When => ({ key: "", is: "equals", values: "", trusted: false })} onChange={(when) => set({ when })}>
        {(row, change) => (
          <>
            <Text name="when" label={w.fact} value={row.key} onInput={(key) => change({ key })} required code list={facts} maxLength={64} />
            <Choice name="when.is" label={w.is} value={row.is} options={Object.entries(w.operators)} onChoose={(is) => change({ is: is as Operator })} />
            {row.is !== "exists" && <Text name="when.values" label={w.value} hint={row.is === "one_of" ? w.valuesHint : undefined} value={row.values} onInput={(values) => change({ values })} required maxLength={2000} />}
            <Check label={w.trusted} hint={w.trustedHint} checked={row.trusted} onCheck={(trusted) => change({ trusted })} />
          </>
        )}
      </Steps>
      <Group title={w.then}>
        <Choice name="then.queue" label={w.queue} value={draft.queue} options={[["", w.sameQueue], ...lists.queues.map(({ id, name }) => [id, name] as const)]} onChoose={(queue) => set({ queue })} />
        <Count name="then.priority" label={w.priority} hint={w.priorityHint} value={draft.priority} min={-1000} max={1000} onInput={(priority) => set({ priority })} />
        <Skills name="then.needs" label={w.needs} hint={w.needsHint} skills={draft.needs} onChange={(needs) => set({ needs })} />
        <Phrase name="then.greeting" label={w.greeting} value={draft.greeting} onInput={(greeting) => set({ greeting })} />
        <Text name="then.page" type="url" label={w.page} hint={w.pageHint} value={draft.page} onInput={(page) => set({ page })} code maxLength={256} placeholder="https://crm.example.com/" />
        <Text name="then.caller_page" type="url" label={w.callerPage} hint={w.callerPageHint} value={draft.callerPage} onInput={(callerPage) => set({ callerPage })} code maxLength={2000} placeholder="https://shop.example.com/" />
        <Text name="then.price" label={w.price} hint={w.priceHint} value={draft.price} onInput={(price) => set({ price })} code maxLength={64} />
      </Group>
    </>
  );
}

interface Known {
  key: string;
  value: string;
  trusted: boolean;
}

/** Which rule would count for a call of which something is known. */
export function TryRules() {
  const { words, language } = useSpeech();
  const { lists } = useStock();
  const [queue, setQueue] = useState("");
  const [known, setKnown] = useState<Known[]>([{ key: "product", value: "", trusted: false }]);
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState("");
  const w = words.rules;
  const to = queue || lists.queues[0]?.id || "";
  if (!to) return null;

  async function run(event: SubmitEvent) {
    event.preventDefault();
    setProblem("");
    setSaid("");
    try {
      const { rule, queue: comes, closed, opens_at } = await tell<RuleTrial>("/v1/context_rules/try", { queue: to, known: known.filter(({ key }) => key.trim() !== "") });
      const target = lists.queues.find(({ id }) => id === comes);
      const zone = lists.hours.find(({ id }) => id === target?.hours)?.time_zone ?? "UTC";
      const then = closed ? w.tryClosed(words.queues.closedThen[closed] ?? closed, opens_at ? moment(opens_at, language, zone) : "–") : "";
      setSaid(`${rule ? w.tryFits(rule) : w.tryNone} ${w.tryQueue(target?.name ?? comes)} ${then}`.trim());
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  return (
    <section class="card" aria-labelledby="try-title">
      <h2 id="try-title">{w.try}</h2>
      <p class="hint">{w.tryHint}</p>
      <form onSubmit={(event) => void run(event)}>
        <Choice name="try.queue" label={w.tryTo} value={to} options={lists.queues.map(({ id, name }) => [id, name] as const)} onChoose={setQueue} />
        <Steps label={w.tryKnown} add={w.addFact} remove={words.removeRow} rows={known} blank={() => ({ key: "", value: "", trusted: false })} onChange={setKnown}>
          {(row, change) => (
            <>
              <Text name="known" label={w.fact} value={row.key} onInput={(key) => change({ key })} code list={facts} maxLength={64} />
              <Text name="known.value" label={w.value} value={row.value} onInput={(value) => change({ value })} maxLength={256} />
              <Check label={w.vouched} checked={row.trusted} onCheck={(trusted) => change({ trusted })} />
            </>
          )}
        </Steps>
        <button>{w.tryRun}</button>
        <Notice problem={problem} />
        <p role="status" class={said ? "note" : ""}>
          {said}
        </p>
      </form>
    </section>
  );
}
