import { Notice } from "../monitor/notice.tsx";
import type { Presence } from "./presence.ts";
import { agentIn } from "./who.ts";
import type { AtWork, Colleague } from "./wire.ts";
import { useWords } from "./words.ts";

interface ColleaguesProps {
  colleagues: Colleague[];
  agents: AtWork[];
  problem: string;
  disabled: boolean;
  onCall(to: string): void;
}

/** The people of the account who take calls. */
export function Colleagues({ colleagues, agents, problem, disabled, onCall }: ColleaguesProps) {
  const words = useWords();
  return (
    <section class="card" aria-labelledby="colleagues-title">
      <h2 id="colleagues-title">{words.views.colleagues}</h2>
      <Notice problem={problem} />
      {colleagues.length === 0 && <p class="quiet">{words.colleagues.none}</p>}
      <ul class="people">
        {colleagues.map((one) => (
          <li key={one.id}>
            <span>
              <bdi>{one.name}</bdi> {one.extension && <span class="quiet" dir="ltr">{one.extension}</span>} <Doing presence={agents.find(({ id }) => id === agentIn(one.address))?.presence} />
            </span>
            <button type="button" aria-label={words.colleagues.call(one.name)} aria-disabled={disabled} onClick={() => !disabled && onCall(one.address)}>
              {words.dial.call}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a colleague is doing, where queues know it. */
export function Doing({ presence }: { presence: Presence | undefined }) {
  const words = useWords();
  if (!presence) return null;
  const { presence: state, reason } = presence;
  return <span class={`state ${state}`}>{state === "away" && reason ? reason : words.presence[state]}</span>;
}
