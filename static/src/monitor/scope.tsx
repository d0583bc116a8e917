import type { Scope } from "./views.ts";
import { useWords } from "./words.ts";

/** Lets the operator look at all accounts. */
export function ScopeChoice({ scope, onChoose }: { scope: Scope; onChoose(scope: Scope): void }) {
  const words = useWords().scope;
  return (
    <label>
      {words.label}
      <select value={scope} onChange={(event) => onChoose(event.currentTarget.value as Scope)}>
        <option value="account">{words.account}</option>
        <option value="gateway">{words.gateway}</option>
      </select>
    </label>
  );
}
