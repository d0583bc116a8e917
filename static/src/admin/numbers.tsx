import { Choice, Steps, Text } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import { useStock } from "./lists.ts";
import { referenceTitle } from "./references.tsx";
import type { PhoneNumber } from "./wire.ts";
import { useWords } from "./words.ts";

interface Draft {
  number: string;
  account: string;
  reference: string;
  extensions: { digits: string; reference: string }[];
}

export const numberShelf: Shelf<PhoneNumber, Draft> = {
  kind: "numbers",
  title: ({ number }) => number,
  draft: (row, { reader }) => ({
    number: row?.number ?? "",
    account: row?.account ?? reader.account,
    reference: row?.reference ?? "",
    extensions: row?.extensions ?? [],
  }),
  body: ({ number, account, reference, extensions }, fresh) => (fresh ? { number: number.trim(), account: account.trim() } : { reference, extensions }),
  Form,
  deletable: false,
};

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.numbers;
  const references = lists.references.map((row) => [row.id, referenceTitle(row, lists, words)] as const);
  if (fresh) {
    return (
      <>
        <Text name="number" type="tel" label={w.number} hint={w.numberHint} value={draft.number} onInput={(number) => set({ number })} required code maxLength={40} placeholder="+15550100001" />
        <Text name="account" label={w.account} hint={w.accountHint} value={draft.account} onInput={(account) => set({ account })} required code maxLength={64} />
      </>
    );
  }
  return (
    <>
      <Choice name="reference" label={w.reference} hint={w.referenceHint} value={draft.reference} options={[["", w.nowhere], ...references]} onChoose={(reference) => set({ reference })} />
      <Steps
        label={w.extensions}
        hint={w.extensionsHint}
        add={w.addExtension}
        remove={words.removeRow}
        rows={draft.extensions}
        blank={() => ({ digits: "", reference: references[0]?.[0] ?? "" })}
        onChange={(extensions) => set({ extensions })}
      >
        {(row, change) => (
          <>
            <Text name="extensions" label={w.digits} value={row.digits} onInput={(digits) => change({ digits })} required code maxLength={8} />
            <Choice name="extensions.reference" label={w.reference} value={row.reference} options={references} onChoose={(reference) => change({ reference })} />
          </>
        )}
      </Steps>
    </>
  );
}
