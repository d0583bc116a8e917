import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { Choice, Count, Many, Text } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import { mayEdit, useStock } from "./lists.ts";
import { Invited } from "./people.tsx";
import { levelsOf, type Skill, Skills, skillsOf } from "./skills.tsx";
import type { Agent, Person } from "./wire.ts";
import { plain, useWords } from "./words.ts";

interface Draft {
  person: string;
  skills: Skill[];
  queues: string[];
  phone: string;
  extension: string;
  wrap_up_seconds: number;
}

export const agentShelf: Shelf<Agent, Draft> = {
  kind: "agents",
  title: ({ name }) => name,
  draft: (row) => ({
    person: row?.person ?? "",
    skills: skillsOf(row?.skills),
    queues: row?.queues ?? [],
    phone: row?.phone ?? "",
    extension: row?.extension ?? "",
    wrap_up_seconds: row?.wrap_up_seconds ?? 0,
  }),
  body: ({ person, skills, queues, phone, extension, wrap_up_seconds }, fresh) => ({
    ...(fresh ? { person } : {}),
    skills: levelsOf(skills),
    queues,
    phone: phone.trim(),
    extension: extension.trim(),
    wrap_up_seconds,
  }),
  Form,
};

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.agents;
  return (
    <>
      {fresh && <Who person={draft.person} onChoose={(person) => set({ person })} />}
      <Many label={w.queues} hint={w.queuesHint} none={w.noQueues} options={lists.queues.map(({ id, name }) => [id, name] as const)} chosen={draft.queues} onChoose={(queues) => set({ queues })} />
      <Skills name="skills" label={w.skills} hint={w.skillsHint} skills={draft.skills} onChange={(skills) => set({ skills })} />
      <Text name="phone" type="tel" label={w.phone} hint={w.phoneHint} value={draft.phone} onInput={(phone) => set({ phone })} code maxLength={40} placeholder="+15550100101" />
      <Text name="extension" label={w.extension} hint={w.extensionHint} value={draft.extension} onInput={(extension) => set({ extension })} code maxLength={8} />
      <Count name="wrap_up_seconds" label={w.wrapUp} hint={w.wrapUpHint} value={draft.wrap_up_seconds} max={3600} onInput={(wrap_up_seconds) => set({ wrap_up_seconds })} />
    </>
  );
}

/** Which person is to be an agent: one who is there, or one who is invited at once. */
function Who({ person, onChoose }: { person: string; onChoose(person: string): void }) {
  const words = useWords();
  const { lists, reader } = useStock();
  const [invited, setInvited] = useState<Person>();
  const w = words.agents;
  const agents = new Set(lists.agents.map((agent) => agent.person));
  const free = lists.people.filter(({ id, role }) => !agents.has(id) && role !== "viewer");
  return (
    <>
      <Choice
        name="person"
        label={w.person}
        hint={w.personHint}
        value={person}
        options={[["", w.choosePerson], ...free.map(({ id, name, email }) => [id, name ? `${name} (${email})` : email] as const)]}
        onChoose={onChoose}
      />
      {invited && <Invited row={invited} />}
      {mayEdit(reader, "people") && (
        <Invite
          onInvited={(made) => {
            setInvited(made);
            onChoose(made.id);
          }}
        />
      )}
    </>
  );
}

/** Invites somebody who takes calls, without leaving the form. */
function Invite({ onInvited }: { onInvited(person: Person): void }) {
  const words = useWords();
  const stock = useStock();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [problem, setProblem] = useState("");
  const w = words.agents;

  async function invite() {
    setProblem("");
    try {
      const made = await tell<Person>("/v1/people", { name: name.trim(), email: email.trim(), role: "agent" });
      await stock.reload();
      setOpen(false);
      onInvited(made);
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  if (!open) {
    return (
      <p>
        <button type="button" aria-expanded="false" onClick={() => setOpen(true)}>
          {w.invite}
        </button>
      </p>
    );
  }
  return (
    <fieldset class="group">
      <legend>{w.invite}</legend>
      <Text name="invited.name" label={w.inviteName} value={name} onInput={setName} maxLength={200} />
      <Text name="invited.email" type="email" label={words.people.email} hint={words.people.emailHint} value={email} onInput={setEmail} code maxLength={254} />
      <Notice problem={problem} />
      <button type="button" onClick={() => void invite()}>
        {w.inviteSend}
      </button>
    </fieldset>
  );
}
