import { useState } from "preact/hooks";
import { Check, Choice, Count, Lines, Secret, Steps, Text, written } from "./fields.tsx";
import { type FormProps, Group, type Shelf } from "./editor.tsx";
import { TestCall } from "./testcall.tsx";
import type { NumberRule, Trunk } from "./wire.ts";
import { useSpeech, useWords } from "./words.ts";

interface Draft {
  name: string;
  proxy: string;
  transport: string;
  sources: string[];
  domain: string;
  username: string;
  /** Written and never read: empty leaves it as it is. */
  password: string;
  registers: boolean;
  registrar: string;
  user: string;
  caller_id: string;
  numbers: string[];
  present: string;
  untrusted: boolean;
  believe: boolean;
  context: string[];
  prefixes: string[];
  outbound: NumberRule[];
  inbound: NumberRule[];
  calls: number;
  per_second: number;
}

/** The ways to the telephone network, of the operator. */
export const trunkShelf: Shelf<Trunk, Draft> = {
  kind: "trunks",
  title: ({ name }) => name,
  About: State,
  draft: (row) => ({
    name: row?.name ?? "",
    proxy: row?.proxy ?? "",
    transport: row?.transport ?? "udp",
    sources: row?.sources ?? [],
    domain: row?.domain ?? "",
    username: row?.username ?? "",
    password: "",
    registers: row?.register !== undefined,
    registrar: row?.register?.registrar ?? "",
    user: row?.register?.user ?? "",
    caller_id: row?.identity?.caller_id ?? "",
    numbers: row?.identity?.numbers ?? [],
    present: row?.identity?.present ?? "from",
    untrusted: row?.identity?.untrusted ?? false,
    believe: row?.identity?.believe ?? false,
    context: row?.context ?? [],
    prefixes: row?.prefixes ?? [],
    outbound: row?.outbound ?? [],
    inbound: row?.inbound ?? [],
    calls: row?.limits?.calls ?? 0,
    per_second: row?.limits?.calls_per_second ?? 0,
  }),
  body: trunkBody,
  Form,
  Below,
};

/** What is sent of a trunk. What the form does not have is left out, and so stays as it is. */
export function trunkBody(draft: Draft, fresh: boolean): object {
  const username = draft.username.trim();
  return {
    ...(fresh ? { name: draft.name.trim() } : {}),
    proxy: draft.proxy.trim(),
    transport: draft.transport,
    sources: written(draft.sources),
    domain: draft.domain.trim(),
    username,
    // Without a name there is nothing to prove, and the old password is of no use.
    ...(draft.password || (!username && !fresh) ? { password: draft.password } : {}),
    register: draft.registers ? { enabled: true, registrar: draft.registrar.trim(), user: draft.user.trim() } : { enabled: false },
    identity: { caller_id: draft.caller_id.trim(), numbers: written(draft.numbers), present: draft.present, untrusted: draft.untrusted, believe: draft.believe },
    context: written(draft.context),
    prefixes: written(draft.prefixes),
    outbound: draft.outbound,
    inbound: draft.inbound,
    limits: { calls: draft.calls, calls_per_second: draft.per_second },
  };
}

const transports = [["udp", "UDP"], ["tcp", "TCP"], ["tls", "TLS"]] as const;

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const w = words.trunks;
  return (
    <>
      {fresh && <Text name="name" label={words.name} hint={w.nameHint} value={draft.name} onInput={(name) => set({ name })} required code maxLength={63} placeholder="second-carrier" />}
      <Group title={w.connection}>
        <Text name="proxy" label={w.proxy} hint={w.proxyHint} value={draft.proxy} onInput={(proxy) => set({ proxy })} required code maxLength={270} placeholder="sip.carrier.example" />
        <Choice name="transport" label={w.transport} value={draft.transport} options={transports} onChoose={(transport) => set({ transport })} />
        <Lines name="sources" label={w.sources} hint={w.sourcesHint} value={draft.sources} onInput={(sources) => set({ sources })} placeholder="203.0.113.0/24" />
        <Text name="domain" label={w.domain} hint={w.domainHint} value={draft.domain} onInput={(domain) => set({ domain })} code maxLength={270} />
      </Group>
      <Group title={w.login}>
        <Text name="username" label={w.username} hint={w.usernameHint} value={draft.username} onInput={(username) => set({ username })} code maxLength={200} />
        <Secret name="password" label={w.password} hint={fresh ? w.passwordHint : w.passwordKept} value={draft.password} onInput={(password) => set({ password })} />
        <Check label={w.registers} hint={w.registersHint} checked={draft.registers} onCheck={(registers) => set({ registers })} />
        {draft.registers && (
          <>
            <Text name="register.registrar" label={w.registrar} hint={w.registrarHint} value={draft.registrar} onInput={(registrar) => set({ registrar })} code maxLength={270} />
            <Text name="register.user" label={w.user} hint={w.userHint} value={draft.user} onInput={(user) => set({ user })} code maxLength={200} />
          </>
        )}
      </Group>
      <Group title={w.identity}>
        <Text name="identity.caller_id" type="tel" label={w.callerID} hint={w.callerIDHint} value={draft.caller_id} onInput={(caller_id) => set({ caller_id })} required code maxLength={40} placeholder="+15550100001" />
        <Lines name="identity.numbers" label={w.numbers} hint={w.numbersHint} value={draft.numbers} onInput={(numbers) => set({ numbers })} placeholder="+155501000*" />
        <Choice name="identity.present" label={w.present} value={draft.present} options={Object.entries(w.presents)} onChoose={(present) => set({ present })} />
        <Check label={w.untrusted} checked={draft.untrusted} onCheck={(untrusted) => set({ untrusted })} />
        <Check label={w.believe} checked={draft.believe} onCheck={(believe) => set({ believe })} />
        <Lines name="context" label={w.context} hint={w.contextHint} value={draft.context} onInput={(context) => set({ context })} placeholder="order" />
      </Group>
      <Group title={w.carried}>
        <Lines name="prefixes" label={w.prefixes} hint={w.prefixesHint} value={draft.prefixes} onInput={(prefixes) => set({ prefixes })} placeholder="+49" />
        <Spelling name="outbound" label={w.outbound} hint={w.outboundHint} rules={draft.outbound} onChange={(outbound) => set({ outbound })} />
        <Spelling name="inbound" label={w.inbound} hint={w.inboundHint} rules={draft.inbound} onChange={(inbound) => set({ inbound })} />
      </Group>
      <Group title={w.limits}>
        <Count name="limits.calls" label={w.calls} hint={words.queues.zeroHint} value={draft.calls} max={1000000} onInput={(calls) => set({ calls })} />
        <Count name="limits.calls_per_second" label={w.perSecond} hint={words.queues.zeroHint} value={draft.per_second} max={100000} step="any" onInput={(per_second) => set({ per_second })} />
      </Group>
      <p class="hint">{w.rest}</p>
    </>
  );
}

interface SpellingProps {
  name: string;
  label: string;
  hint: string;
  rules: NumberRule[];
  onChange(rules: NumberRule[]): void;
}

/** How numbers are written at the carrier, or by it. */
function Spelling({ name, label, hint, rules, onChange }: SpellingProps) {
  const words = useWords();
  const w = words.trunks;
  return (
    <Steps label={label} hint={hint} add={w.addRule} remove={words.removeRow} rows={rules} blank={() => ({ begins: "", becomes: "" })} onChange={onChange}>
      {(row, change) => (
        <>
          <Text name={name} label={w.begins} value={row.begins} onInput={(begins) => change({ begins })} code maxLength={20} />
          <Text name={`${name}.becomes`} label={w.becomes} value={row.becomes} onInput={(becomes) => change({ becomes })} code maxLength={20} />
        </>
      )}
    </Steps>
  );
}

/** How a trunk fares. */
function State({ row: { status, since, livemode } }: { row: Trunk }) {
  const { words, language } = useSpeech();
  const w = words.trunks;
  const [when] = useState(() => new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" }));
  return (
    <span class="about">
      <span class={`state ${status}`}>{w.states[status] ?? status}</span> {since ? w.since(when.format(new Date(since))) : ""} {livemode ? "" : w.simulated}
    </span>
  );
}

/** What is known of a trunk now, and a call that finds out more. */
function Below({ row }: { row: Trunk }) {
  const { words, language } = useSpeech();
  const w = words.trunks;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <>
      <section class="part" aria-labelledby="state-title">
        <h3 id="state-title">{w.now}</h3>
        <p>
          <State row={row} />
        </p>
        <p dir="auto">{row.message}</p>
        {row.registered_until && <p>{w.registered(when.format(new Date(row.registered_until)))}</p>}
        <p class="quiet">{w.counts(row.calls, row.calls_answered, row.calls_failed)}</p>
      </section>
      <TestCall trunk={row.name} />
    </>
  );
}
