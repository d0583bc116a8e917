import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Named } from "./wire.ts";

/** Some who can be reached: each is one press away. */
export interface Group {
  heading: string;
  all: (Named & { hint: ComponentChildren; disabled?: boolean })[];
}

interface ReachListProps {
  /** The ID of its field. */
  id: string;
  groups: Group[];
  picked: string | undefined;
  onPick(one: Named): void;
}

/** The lists below a field: one stop for the tab key, within which the arrows move. */
export function ReachList({ id, groups, picked, onPick }: ReachListProps) {
  const lists = useRef<HTMLDivElement>(null);
  const shown = groups.filter(({ all }) => all.length > 0);
  const everybody = shown.flatMap(({ all }) => all);
  const stop = everybody.find((one) => one.id === picked) ?? everybody[0];
  if (!stop) return null;

  function move(event: KeyboardEvent) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const buttons = [...(lists.current?.querySelectorAll("button") ?? [])];
    const next = buttons.findIndex((button) => button === document.activeElement) + by;
    if (next < 0) document.getElementById(id)?.focus();
    else buttons[next]?.focus();
  }

  return (
    <div class="reachable" ref={lists} onKeyDown={move}>
      {shown.map(({ heading, all }, i) => (
        <section key={heading} aria-labelledby={`${id}-group-${i}`}>
          <h3 id={`${id}-group-${i}`}>{heading}</h3>
          <ul>
            {all.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  tabIndex={one === stop ? 0 : -1}
                  aria-describedby={`${id}-${one.id}`}
                  aria-disabled={one.disabled}
                  aria-pressed={picked === one.id}
                  onClick={() => !one.disabled && onPick(one)}
                >
                  <bdi>{one.name}</bdi>
                </button>
                <span id={`${id}-${one.id}`} class="quiet">
                  {one.hint}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
