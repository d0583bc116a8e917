import { usePolled } from "../monitor/polled.ts";
import type { Leg, LiveCall } from "../monitor/wire.ts";
import { nameOf } from "./named.ts";
import { agentIn } from "./who.ts";
import type { Colleague } from "./wire.ts";
import { useWords, type Words } from "./words.ts";

/** Who is in the call, as the gateway knows it: more than two, or somebody who still rings. */
export function Parties({ call, me, colleagues }: { call: string; me: string; colleagues: Colleague[] }) {
  const words = useWords();
  const running = usePolled<LiveCall>(`/v1/calls/${encodeURIComponent(call)}`, 1500);
  const legs = running.value?.legs.filter(({ state }) => state !== "ended") ?? [];
  if (legs.length < 3) return null;
  return (
    <section class="parties" aria-labelledby="parties-title">
      <h2 id="parties-title">{words.parties}</h2>
      <ul>
        {legs.map((leg) => (
          <li key={leg.id}>
            <strong>{partyName(words, leg, me, colleagues)}</strong> <span class="quiet">{partyState(words, leg)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function partyName(words: Words, leg: Leg, me: string, colleagues: Colleague[]): string {
  if (me && agentIn(leg.address) === me) return words.you;
  return leg.address === "browser:visitor" ? words.visitor : nameOf(leg.address, colleagues);
}

function partyState(words: Words, leg: Leg): string {
  const joined = leg.state === "connected" ? (leg.part ?? leg.state) : leg.state;
  const state = leg.reconnecting ? "reconnecting" : leg.held ? "held" : joined;
  return words.partyStates[state] ?? "";
}
