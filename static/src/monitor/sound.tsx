import type { Quality } from "./wire.ts";
import { useFormats, useWords } from "./words.ts";

/** How a leg sounds: one word in its colour, then the figures. */
export function Sound({ of }: { of: Quality | null | undefined }) {
  const words = useWords();
  const { grade, text } = useFormats().quality(of);
  return (
    <span class={`quality ${grade}`}>
      {grade === "unknown" ? "" : `${words.sound.grades[grade]}: `}
      <bdi>{text}</bdi>
    </span>
  );
}
