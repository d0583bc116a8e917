import { useState } from "preact/hooks";
import { Refusal, tell } from "./client.ts";
import { dateTime, words } from "./format.ts";
import { Notice } from "./notice.tsx";
import { usePolled } from "./polled.ts";
import type { Delivery, List } from "./wire.ts";

const states = ["", "pending", "failed", "delivered"];

/** What was sent to the webhook endpoints, and how they answered. */
export function Deliveries() {
  const [status, setStatus] = useState("");
  const deliveries = usePolled<List<Delivery>>(`/v1/deliveries?limit=50${status ? `&status=${status}` : ""}`, 2000);
  return (
    <section aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <form class="filters">
        <label>
          Status
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            {states.map((state) => (
              <option key={state} value={state}>
                {state || "all"}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Notice problem={deliveries.problem} />
      {deliveries.value?.data.length === 0 && (
        <p class="quiet">Nothing was delivered. Make a webhook endpoint with POST /v1/webhook_endpoints.</p>
      )}
      <ul class="cards">
        {deliveries.value?.data.map((delivery) => (
          <DeliveryCard key={delivery.id} delivery={delivery} onReplayed={deliveries.again} />
        ))}
      </ul>
    </section>
  );
}

function DeliveryCard({ delivery, onReplayed }: { delivery: Delivery; onReplayed(): void }) {
  const [problem, setProblem] = useState("");

  async function replay() {
    setProblem("");
    try {
      await tell(`/v1/deliveries/${delivery.id}/replay`);
      onReplayed();
    } catch (error) {
      setProblem(error instanceof Refusal ? error.message : "It could not be sent again.");
    }
  }

  return (
    <li class="card">
      <h3>{delivery.event_type}</h3>
      <p>
        <span class={`state ${delivery.status}`}>{words(delivery.status)}</span> {answer(delivery)}
      </p>
      <p class="id">
        {delivery.url} · {dateTime(delivery.created_at)} · {delivery.event}
      </p>
      <Notice problem={problem} />
      <button onClick={replay} aria-label={`Send ${delivery.event_type} ${delivery.event} again`}>
        Replay
      </button>
    </li>
  );
}

function answer(delivery: Delivery): string {
  const tries = delivery.attempts === 1 ? "1 try" : `${delivery.attempts} tries`;
  const next = delivery.next_attempt_at ? `, next at ${dateTime(delivery.next_attempt_at)}` : "";
  const said = delivery.error ?? (delivery.response_status ? `answered ${delivery.response_status}` : "");
  return [tries + next, said].filter(Boolean).join(": ");
}
