import { useState } from "preact/hooks";
import { type Action, actions, bindable, defaults, type Keys, label, rebind } from "./shortcuts.ts";
import { useWords } from "./words.ts";

/** The keys, and a way to change each. */
export function KeyTable({ bound, onBound }: { bound: Keys; onBound(bound: Keys): void }) {
  const words = useWords();
  const [waits, setWaits] = useState<Action>();

  function press(event: KeyboardEvent) {
    if (!waits) return;
    if (event.key === "Escape" || event.key === "Tab") return setWaits(undefined);
    if (!event.ctrlKey || !event.shiftKey || !bindable(event.code)) return;
    // The page's own shortcuts are not meant while one of them is being chosen.
    event.preventDefault();
    event.stopPropagation();
    onBound(rebind(bound, waits, event.code));
    setWaits(undefined);
  }

  return (
    <>
      <h2 id="keys-title">{words.setup.keys}</h2>
      <p class="quiet">{words.setup.keysExplain}</p>
      <ul class="bindings" aria-labelledby="keys-title">
        {actions.map((action) => (
          <li key={action}>
            <span>{words.actions[action]}</span>
            <button
              type="button"
              dir={waits === action ? undefined : "ltr"}
              aria-label={`${words.actions[action]}: ${waits === action ? words.setup.keyWaiting : label(bound[action])}`}
              aria-pressed={waits === action}
              onClick={() => setWaits(waits === action ? undefined : action)}
              onKeyDown={press}
              onBlur={() => setWaits(undefined)}
            >
              {waits === action ? words.setup.keyWaiting : label(bound[action])}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" onClick={() => onBound(defaults)}>
          {words.setup.keyReset}
        </button>
      </p>
    </>
  );
}
