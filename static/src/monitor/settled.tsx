import { useEffect, useState } from "preact/hooks";

interface Props {
  value: string;
  placeholder: string;
  onSettle(value: string): void;
}

/** A field of names that counts when it is left or Enter is pressed. What is being written stays, whatever happens on the page meanwhile. */
export function Settled({ value, placeholder, onSettle }: Props) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <input
      placeholder={placeholder}
      dir="ltr"
      autocapitalize="off"
      spellcheck={false}
      value={draft}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onChange={(event) => onSettle(event.currentTarget.value.trim())}
    />
  );
}
