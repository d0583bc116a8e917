import type { Scope } from "./views.ts";

/** Lets the operator look at all accounts. */
export function ScopeChoice({ scope, onChoose }: { scope: Scope; onChoose(scope: Scope): void }) {
  return (
    <label>
      Show
      <select value={scope} onChange={(event) => onChoose(event.currentTarget.value as Scope)}>
        <option value="account">this account</option>
        <option value="gateway">the whole gateway</option>
      </select>
    </label>
  );
}
