import { Check, Choice, Text } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import { type Lists, useStock } from "./lists.ts";
import type { Reference } from "./wire.ts";
import { useWords, type Words } from "./words.ts";

type Target = "" | "queue" | "agent" | "number" | "sip";

interface Draft {
  label: string;
  enabled: boolean;
  /** "" leaves it as it is. */
  kind: Target;
  queue: string;
  agent: string;
  address: string;
}

/** A reference by its own name, or by where it leads. */
export function referenceTitle(row: Reference, lists: Lists, words: Words): string {
  return row.label || lists.queues.find(({ id }) => id === row.queue)?.name || words.references.unnamed(row.id);
}

export const referenceShelf: Shelf<Reference, Draft> = {
  kind: "references",
  title: (row, { lists }, words) => referenceTitle(row, lists, words),
  draft: (row, { lists }) => ({
    label: row?.label ?? "",
    enabled: row?.enabled ?? true,
    kind: row ? (row.queue ? "queue" : "") : "queue",
    queue: row ? (row.queue ?? "") : (lists.queues[0]?.id ?? ""),
    agent: "",
    address: "",
  }),
  body: (draft, fresh) => ({ label: draft.label.trim(), ...(target(draft) ? { target: target(draft) } : {}), ...(fresh ? {} : { enabled: draft.enabled }) }),
  Form,
  Below: Ways,
};

/** What is sent as target; nothing where it stays. */
export function target({ kind, queue, agent, address }: Draft): string {
  switch (kind) {
    case "queue":
      return queue && `queue:${queue}`;
    case "agent":
      return agent;
    case "number":
    case "sip":
      return address.trim();
  }
  return "";
}

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.references;
  const kinds = [...(fresh ? [] : [["", w.unchanged] as const]), ...Object.entries(w.targets)];
  return (
    <>
      <Text name="label" label={words.name} hint={w.labelHint} value={draft.label} onInput={(label) => set({ label })} maxLength={200} />
      <Choice name="target" label={w.target} hint={w.targetHint} value={draft.kind} options={kinds} onChoose={(kind) => set({ kind: kind as Target, queue: draft.queue || (lists.queues[0]?.id ?? ""), agent: draft.agent || (lists.agents[0]?.address ?? "") })} />
      {draft.kind === "queue" && <Choice name="target.queue" label={w.targets.queue ?? ""} value={draft.queue} options={lists.queues.map(({ id, name }) => [id, name] as const)} onChoose={(queue) => set({ queue })} />}
      {draft.kind === "agent" && <Choice name="target.agent" label={w.targets.agent ?? ""} value={draft.agent} options={lists.agents.map(({ address, name }) => [address, name] as const)} onChoose={(agent) => set({ agent })} />}
      {draft.kind === "number" && <Text name="target.number" type="tel" label={w.number} hint={w.numberHint} value={draft.address} onInput={(address) => set({ address })} required code maxLength={40} placeholder="+15550100101" />}
      {draft.kind === "sip" && <Text name="target.sip" label={w.sip} value={draft.address} onInput={(address) => set({ address })} required code maxLength={100} placeholder="sip:ada@pbx.example" />}
      {!fresh && <Check label={w.enabled} hint={w.enabledHint} checked={draft.enabled} onCheck={(enabled) => set({ enabled })} />}
    </>
  );
}

/** How a reference is reached. */
function Ways({ row }: { row: Reference }) {
  const words = useWords();
  const w = words.references;
  return (
    <section>
      <h3>{w.reached}</h3>
      <dl class="ways">
        {row.aliases.map(({ kind, value, extension }) => (
          <div key={`${kind} ${value} ${extension ?? ""}`}>
            <dt>{w.aliases[kind] ?? kind}</dt>
            <dd dir="ltr">{kind === "link" ? <a href={value}>{value}</a> : `${value}${extension ? ` ${extension}` : ""}`}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
