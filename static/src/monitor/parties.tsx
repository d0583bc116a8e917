import { address } from "./format.ts";
import { useWords } from "./words.ts";

/** Who calls whom. Numbers keep their direction in any language. */
export function Parties({ from, to }: { from: string; to: string }) {
  const { arrow } = useWords();
  return (
    <h2>
      <bdi>{address(from)}</bdi> {arrow} <bdi>{address(to)}</bdi>
    </h2>
  );
}
