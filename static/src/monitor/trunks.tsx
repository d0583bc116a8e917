import { dateTime, words } from "./format.ts";
import { Heading, Notice } from "./notice.tsx";
import { usePolled } from "./polled.ts";
import type { List, Trunk } from "./wire.ts";

/** How a trunk is at this moment, in words with dots between. */
function now(trunk: Trunk): string {
  const most = trunk.limits?.calls;
  return [
    `${trunk.calls}${most ? ` of ${most}` : ""} calls up`,
    trunk.peers?.length ? `at ${trunk.peers.join(", ")}` : "",
    trunk.round_trip_ms ? `round trip ${Math.round(trunk.round_trip_ms)} ms` : "",
    trunk.registered_until ? `registered until ${dateTime(trunk.registered_until)}` : "",
    trunk.retry_at ? `tried again ${dateTime(trunk.retry_at)}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The ways to the telephone network. They are the operator's. */
export function Trunks() {
  const trunks = usePolled<List<Trunk>>("/v1/trunks", 5000);
  return (
    <section aria-labelledby="trunks-title">
      <Heading id="trunks-title">Trunks</Heading>
      <Notice problem={trunks.problem} />
      <ul class="cards">
        {trunks.value?.data.map((trunk) => (
          <li class="card" key={trunk.name}>
            <h2>{trunk.name}</h2>
            <p>
              <span class={`state ${trunk.status}`}>{words(trunk.status)}</span>
              {trunk.since ? ` since ${dateTime(trunk.since)}` : ""}
              {trunk.livemode ? "" : " simulated, for test calls"}
            </p>
            <p>{trunk.message}</p>
            <p class="id">{now(trunk)}</p>
            <p class="id">
              {trunk.calls_arrived} arrived · {trunk.calls_dialled} dialled · {trunk.calls_answered} answered ·{" "}
              {trunk.calls_refused} refused · {trunk.calls_failed} failed
              {trunk.last_heard_at ? ` · last heard ${dateTime(trunk.last_heard_at)}` : ""}
              {trunk.last_fault_at ? ` · last failure ${dateTime(trunk.last_fault_at)}` : ""}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
