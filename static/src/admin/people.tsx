import { Choice, Text } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import { Copied } from "./copied.tsx";
import type { Person, Role } from "./wire.ts";
import { useWords } from "./words.ts";

interface Draft {
  email: string;
  name: string;
  role: Role;
}

export const personShelf: Shelf<Person, Draft> = {
  kind: "people",
  title: ({ name, email }) => name || email,
  draft: (row) => ({ email: row?.email ?? "", name: row?.name ?? "", role: row?.role ?? "agent" }),
  body: ({ email, name, role }, fresh) => ({ ...(fresh ? { email: email.trim() } : {}), name: name.trim(), role }),
  Form,
  Made: Invited,
};

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const w = words.people;
  return (
    <>
      <Text name="name" label={words.name} value={draft.name} onInput={(name) => set({ name })} required maxLength={200} />
      {fresh ? (
        <Text name="email" type="email" label={w.email} hint={w.emailHint} value={draft.email} onInput={(email) => set({ email })} required code maxLength={254} />
      ) : (
        <p>
          {w.email}: <bdi>{draft.email}</bdi>
        </p>
      )}
      <Choice name="role" label={w.role} hint={w.roleHints[draft.role]} value={draft.role} options={Object.entries(w.roles)} onChoose={(role) => set({ role: role as Role })} />
    </>
  );
}

/** What the person logs in with the first time: nobody can show it again. */
export function Invited({ row }: { row: Person }) {
  const words = useWords();
  if (!row.one_time_password) return <></>;
  return (
    <div class="note" role="status">
      <p>{words.people.invited(row.name || row.email)}</p>
      <Copied text={row.one_time_password} label={words.people.password} />
    </div>
  );
}
