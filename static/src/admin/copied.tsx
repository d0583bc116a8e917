import { useState } from "preact/hooks";
import { useWords } from "./words.ts";

interface CopiedProps {
  text: string;
  label: string;
  /** Of several lines, or one that does not break. */
  block?: boolean;
}

/** A text to be copied, by a button or by hand. */
export function Copied({ text, label, block }: CopiedProps) {
  const words = useWords();
  const [done, setDone] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setDone(words.copied);
    } catch {
      setDone(words.copyByHand);
    }
  }
  const shown = <code dir="ltr">{text}</code>;
  return (
    <div class="copied">
      {block ? (
        <pre tabIndex={0} aria-label={label} dir="ltr">
          {shown}
        </pre>
      ) : (
        <p>
          {label}: {shown}
        </p>
      )}
      <button type="button" aria-label={`${words.copy}: ${label}`} onClick={() => void copy()}>
        {words.copy}
      </button>{" "}
      <span role="status">{done}</span>
    </div>
  );
}
