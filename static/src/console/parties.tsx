import type { Leg, LiveCall } from "../monitor/wire.ts";
import { standing } from "./consult.ts";
import { nameOf } from "./named.ts";
import { agentIn } from "./who.ts";
import type { Colleague } from "./wire.ts";
import { useWords, type Words } from "./words.ts";

/** Who is in the call, as the gateway knows it: more than two, or somebody who still rings. */
export function Parties({ call, me, colleagues }: { call: LiveCall; me: string; colleagues: Colleague[] }) {
  const words = useWords();
  const legs = call.legs.filter(({ state }) => state !== "ended");
  if (legs.length < 3) return null;
  return (
    <section class="parties" aria-labelledby="parties-title">
      <h2 id="parties-title">{words.parties}</h2>
      <ul>
        {legs.map((leg) => (
          <li key={leg.id}>
            <Party leg={leg} call={call} mine={me !== "" && agentIn(leg.address) === me} colleagues={colleagues} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A party and what they do: of oneself the sentence is another one. */
function Party({ leg, call, mine, colleagues }: { leg: Leg; call: LiveCall; mine: boolean; colleagues: Colleague[] }) {
  const words = useWords();
  const state = standing(leg, call);
  return (
    <>
      <strong>{mine ? words.you : <bdi>{partyName(words, leg, colleagues)}</bdi>}</strong> <span class="quiet">{(mine ? words.yourStates : words.partyStates)[state]}</span>
    </>
  );
}

function partyName(words: Words, leg: Leg, colleagues: Colleague[]): string {
  return leg.address === "browser:visitor" ? words.aVisitor : nameOf(leg.address, colleagues);
}
