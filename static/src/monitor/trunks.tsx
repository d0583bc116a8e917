import { Heading, Notice } from "./notice.tsx";
import { usePolled } from "./polled.ts";
import type { List, Trunk } from "./wire.ts";
import { plain, useFormats, useWords, type Words } from "./words.ts";
import { english } from "./words-en.ts";

type Formats = ReturnType<typeof useFormats>;

const dotted = (parts: string[]) => parts.filter(Boolean).join(" · ");

/** How a trunk is at this moment, in words with dots between. */
function now(trunk: Trunk, words: Words["trunks"], { dateTime, milliseconds, number }: Formats): string {
  const most = trunk.limits?.calls;
  return dotted([
    most ? words.upOf(number(trunk.calls), number(most)) : words.up(number(trunk.calls)),
    trunk.peers?.length ? words.at(trunk.peers.join(", ")) : "",
    trunk.round_trip_ms ? words.roundTrip(milliseconds(trunk.round_trip_ms)) : "",
    trunk.registered_until ? words.registered(dateTime(trunk.registered_until)) : "",
    trunk.retry_at ? words.again(dateTime(trunk.retry_at)) : "",
  ]);
}

/** What it has carried since the gateway was started. */
function carried(trunk: Trunk, words: Words["trunks"], { dateTime, number }: Formats): string {
  return dotted([
    words.counts.arrived(number(trunk.calls_arrived)),
    words.counts.dialled(number(trunk.calls_dialled)),
    words.counts.answered(number(trunk.calls_answered)),
    words.counts.refused(number(trunk.calls_refused)),
    words.counts.failed(number(trunk.calls_failed)),
    trunk.last_heard_at ? words.heard(dateTime(trunk.last_heard_at)) : "",
    trunk.last_fault_at ? words.fault(dateTime(trunk.last_fault_at)) : "",
  ]);
}

/** The gateway's usual sentences have their words here; what it has found out by itself is shown as it says it. */
function told({ status, message }: Trunk, { messages }: Words["trunks"]): string {
  return message === english.trunks.messages[status] ? (messages[status] ?? message) : message;
}

/** The ways to the telephone network. They are the operator's. */
export function Trunks() {
  const words = useWords();
  const formats = useFormats();
  const trunks = usePolled<List<Trunk>>("/v1/trunks", 5000);
  return (
    <section aria-labelledby="trunks-title">
      <Heading id="trunks-title">{words.views.trunks}</Heading>
      <Notice problem={plain(words, trunks.failure)} />
      <ul class="cards">
        {trunks.value?.data.map((trunk) => (
          <li class="card" key={trunk.name}>
            <h2 dir="auto">{trunk.name}</h2>
            <p>
              <span class={`state ${trunk.status}`}>{formats.state(trunk.status)}</span>
              {trunk.since ? ` ${words.trunks.since(formats.dateTime(trunk.since))}` : ""}
              {trunk.livemode ? "" : ` ${words.trunks.simulated}`}
            </p>
            <p dir="auto">{told(trunk, words.trunks)}</p>
            <p class="id">{now(trunk, words.trunks, formats)}</p>
            <p class="id">{carried(trunk, words.trunks, formats)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
