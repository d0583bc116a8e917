import { useEffect, useState } from "preact/hooks";
import { ask, sentence, tell } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { dateTime, words } from "./format.ts";
import { Done, Heading, More, Notice } from "./notice.tsx";
import { usePages } from "./polled.ts";
import type { Delivery, DeliveryAttempt, Endpoint } from "./wire.ts";

const states = ["", "pending", "failed", "delivered"];

/** What was sent to the webhook endpoints, and how they answered. */
export function Deliveries() {
  const [status, setStatus] = useState("");
  const [done, setDone] = useState("");
  const deliveries = usePages<Delivery>(`/v1/deliveries?limit=50${status ? `&status=${status}` : ""}`, 2000);
  const endpoints = usePages<Endpoint>("/v1/webhook_endpoints?limit=100", 30_000);
  const list = useKeptFocus<HTMLUListElement>("deliveries-title");
  const url = (id: string) => endpoints.value?.find((endpoint) => endpoint.id === id)?.url;
  return (
    <section aria-labelledby="deliveries-title">
      <Heading id="deliveries-title">Deliveries</Heading>
      <div class="filters">
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
      </div>
      <Notice problem={deliveries.problem} />
      <Done done={done} />
      {deliveries.value?.length === 0 && (
        <p class="quiet">
          {endpoints.value?.length === 0
            ? "There is no webhook endpoint. Make one with POST /v1/webhook_endpoints."
            : "There is no such delivery."}
        </p>
      )}
      <ul class="cards" ref={list}>
        {deliveries.value?.map((delivery) => (
          <DeliveryCard
            key={delivery.id}
            delivery={delivery}
            url={url(delivery.webhook_endpoint)}
            onReplayed={() => {
              setDone(`${delivery.type} is sent again.`);
              deliveries.again();
            }}
          />
        ))}
      </ul>
      <More list={deliveries} />
    </section>
  );
}

interface CardProps {
  delivery: Delivery;
  url: string | undefined;
  onReplayed(): void;
}

function DeliveryCard({ delivery, url, onReplayed }: CardProps) {
  const [problem, setProblem] = useState("");
  const [open, setOpen] = useState(false);

  async function replay() {
    setProblem("");
    try {
      await tell(`/v1/deliveries/${delivery.id}/replay`);
      onReplayed();
    } catch (error) {
      setProblem(sentence(error));
    }
  }

  return (
    <li class="card">
      <h2>{delivery.type}</h2>
      <p>
        <span class={`state ${delivery.status}`}>{words(delivery.status)}</span> {answer(delivery)}
      </p>
      <p class="wide">{url ?? delivery.webhook_endpoint}</p>
      <p class="id">
        {dateTime(delivery.created_at)} · {delivery.event}
      </p>
      <Notice problem={problem} />
      <button type="button" onClick={replay} aria-label={`Replay ${delivery.type} ${delivery.event}`}>
        Replay
      </button>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Attempts</summary>
        {open && <Attempts delivery={delivery} />}
      </details>
    </li>
  );
}

/** Each try and its answer. What the receiver said is a stranger's. */
function Attempts({ delivery }: { delivery: Delivery }) {
  const [attempts, setAttempts] = useState<DeliveryAttempt[]>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const left = new AbortController();
    ask<Delivery>(`/v1/deliveries/${delivery.id}`, left.signal).then(
      (found) => setAttempts(found.attempts ?? []),
      (error) => left.signal.aborted || setProblem(sentence(error)),
    );
    return () => left.abort();
  }, [delivery.id, delivery.attempt_count]);
  return (
    <>
      <Notice problem={problem} />
      {attempts?.length === 0 && <p class="quiet">It was not tried yet.</p>}
      <ol class="legs" reversed>
        {attempts?.map((attempt) => (
          <li key={attempt.number}>
            {dateTime(attempt.at)}, {Math.round(attempt.duration_ms)} ms
            {attempt.status_code ? `, answered ${attempt.status_code}` : ""}
            {attempt.error && <span class="quality">{attempt.error}</span>}
            {attempt.response && <code class="quality">{attempt.response}</code>}
          </li>
        ))}
      </ol>
    </>
  );
}

function answer(delivery: Delivery): string {
  const tries = delivery.attempt_count === 1 ? "1 try" : `${delivery.attempt_count} tries`;
  const next = delivery.next_attempt_at ? `, next at ${dateTime(delivery.next_attempt_at)}` : "";
  const said = delivery.error ?? (delivery.status_code ? `answered ${delivery.status_code}` : "");
  return [tries + next, said].filter(Boolean).join(": ");
}
