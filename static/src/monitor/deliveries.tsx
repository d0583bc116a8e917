import { useEffect, useState } from "preact/hooks";
import { ask, tell } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { Done, Heading, More, Notice } from "./notice.tsx";
import { usePages } from "./polled.ts";
import type { Delivery, DeliveryAttempt, Endpoint } from "./wire.ts";
import { plain, useFormats, useWords } from "./words.ts";

const states = ["", "pending", "failed", "delivered"];

/** What was sent to the webhook endpoints, and how they answered. */
export function Deliveries() {
  const words = useWords();
  const { state: inWords } = useFormats();
  const [status, setStatus] = useState("");
  const [done, setDone] = useState("");
  const deliveries = usePages<Delivery>(`/v1/deliveries?limit=50${status ? `&status=${status}` : ""}`, 2000);
  const endpoints = usePages<Endpoint>("/v1/webhook_endpoints?limit=100", 30_000);
  const list = useKeptFocus<HTMLUListElement>("deliveries-title");
  const url = (id: string) => endpoints.value?.find((endpoint) => endpoint.id === id)?.url;
  return (
    <section aria-labelledby="deliveries-title">
      <Heading id="deliveries-title">{words.views.deliveries}</Heading>
      <div class="filters">
        <label>
          {words.deliveries.status}
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            {states.map((state) => (
              <option key={state} value={state}>
                {inWords(state) || words.all}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Notice problem={plain(words, deliveries.failure)} />
      <Done done={done} />
      {deliveries.value?.length === 0 && (
        <p class="quiet">
          {endpoints.value?.length === 0 ? words.deliveries.noEndpoint : words.deliveries.none}
        </p>
      )}
      <ul class="cards" ref={list}>
        {deliveries.value?.map((delivery) => (
          <DeliveryCard
            key={delivery.id}
            delivery={delivery}
            url={url(delivery.webhook_endpoint)}
            onReplayed={() => {
              setDone(words.deliveries.replayed(delivery.type));
              deliveries.again();
            }}
          />
        ))}
      </ul>
      <More list={deliveries} label={words.more} />
    </section>
  );
}

interface CardProps {
  delivery: Delivery;
  url: string | undefined;
  onReplayed(): void;
}

function DeliveryCard({ delivery, url, onReplayed }: CardProps) {
  const words = useWords();
  const { dateTime, state } = useFormats();
  const [problem, setProblem] = useState("");
  const [open, setOpen] = useState(false);

  async function replay() {
    setProblem("");
    try {
      await tell(`/v1/deliveries/${delivery.id}/replay`);
      onReplayed();
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  return (
    <li class="card">
      <h2>{delivery.type}</h2>
      <p>
        <span class={`state ${delivery.status}`}>{state(delivery.status)}</span> <Answer delivery={delivery} />
      </p>
      <p class="wide" dir="ltr">{url ?? delivery.webhook_endpoint}</p>
      <p class="id">
        {dateTime(delivery.created_at)} · {delivery.event}
      </p>
      <Notice problem={problem} />
      <button type="button" onClick={replay} aria-label={words.deliveries.replayOf(`${delivery.type} ${delivery.event}`)}>
        {words.deliveries.replay}
      </button>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{words.deliveries.attempts}</summary>
        {open && <Attempts delivery={delivery} />}
      </details>
    </li>
  );
}

/** Each try and its answer. What the receiver said is a stranger's. */
function Attempts({ delivery }: { delivery: Delivery }) {
  const words = useWords();
  const { dateTime, milliseconds, join } = useFormats();
  const [attempts, setAttempts] = useState<DeliveryAttempt[]>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const left = new AbortController();
    ask<Delivery>(`/v1/deliveries/${delivery.id}`, left.signal).then(
      (found) => setAttempts(found.attempts ?? []),
      (error) => left.signal.aborted || setFailure(error),
    );
    return () => left.abort();
  }, [delivery.id, delivery.attempt_count]);
  return (
    <>
      <Notice problem={plain(words, failure)} />
      {attempts?.length === 0 && <p class="quiet">{words.deliveries.untried}</p>}
      <ol class="legs" reversed>
        {attempts?.map((attempt) => (
          <li key={attempt.number}>
            {join([dateTime(attempt.at), milliseconds(attempt.duration_ms), attempt.status_code ? words.deliveries.answered(String(attempt.status_code)) : ""])}
            {attempt.error && <span class="quality" dir="auto">{attempt.error}</span>}
            {attempt.response && <code class="quality" dir="auto">{attempt.response}</code>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** How often it was tried, and what came of it: an error is told as the network did. */
function Answer({ delivery }: { delivery: Delivery }) {
  const words = useWords().deliveries;
  const { dateTime, join } = useFormats();
  const said = delivery.error ?? (delivery.status_code ? words.answered(String(delivery.status_code)) : "");
  return (
    <>
      {join([words.tries(delivery.attempt_count), delivery.next_attempt_at && words.next(dateTime(delivery.next_attempt_at))])}
      {said && (
        <>
          {": "}
          <bdi>{said}</bdi>
        </>
      )}
    </>
  );
}
