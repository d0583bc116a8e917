import { useState } from "preact/hooks";
import { ask, remove } from "../monitor/client.ts";
import { useKeptFocus } from "../monitor/focus.ts";
import { Notice } from "../monitor/notice.tsx";
import { clock } from "../timer.ts";
import { chosen, playAt } from "./devices.ts";
import { nameOf } from "./named.ts";
import type { Optional } from "./optional.ts";
import { callable } from "./past.ts";
import { plain } from "./problem.ts";
import { Strike } from "./strike.tsx";
import { agentIn } from "./who.ts";
import { plays } from "./sound.ts";
import type { Colleague, Voicemail, Voicemails } from "./wire.ts";
import { useSpeech } from "./words.ts";

/** How many are asked for; who has more hears and deletes these first. */
export const voicemailsPath = "/v1/session/voicemails?limit=50";

const audioOf = (id: string) => `/v1/session/voicemails/${encodeURIComponent(id)}/audio`;

interface VoicemailsProps {
  now: Optional<Voicemails>;
  colleagues: Colleague[];
  /** Whether the agent may delete them. */
  deletes: boolean;
  disabled: boolean;
  onCall(to: string): void;
}

/** What callers have left for the agent's queues. */
export function VoicemailList({ now, colleagues, deletes, disabled, onCall }: VoicemailsProps) {
  const { words } = useSpeech();
  const [problem, setProblem] = useState("");
  const list = useKeptFocus<HTMLUListElement>("voicemails-title");
  const all = now.value?.data ?? [];

  async function again() {
    now.put(await ask<Voicemails>(voicemailsPath));
  }

  async function strike(id: string) {
    setProblem("");
    try {
      await remove(`/v1/voicemails/${encodeURIComponent(id)}`);
      await again();
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  return (
    <section class="card" aria-labelledby="voicemails-title">
      <h2 id="voicemails-title" tabIndex={-1}>
        {words.views.voicemails}
      </h2>
      <Notice problem={problem} />
      {all.length === 0 && <p class="quiet">{words.voicemails.none}</p>}
      <ul class="past messages" ref={list}>
        {all.map((one) => (
          <Message key={one.id} one={one} colleagues={colleagues} disabled={disabled} onCall={onCall} onHeard={() => void again().catch(() => undefined)} onDelete={deletes ? () => void strike(one.id) : undefined} />
        ))}
      </ul>
      {now.value?.has_more && <p class="quiet">{words.voicemails.more}</p>}
    </section>
  );
}

interface MessageProps {
  one: Voicemail;
  colleagues: Colleague[];
  disabled: boolean;
  onCall(to: string): void;
  onHeard(): void;
  onDelete?: (() => void) | undefined;
}

function Message({ one, colleagues, disabled, onCall, onHeard, onDelete }: MessageProps) {
  const { words, language } = useSpeech();
  const [silent, setSilent] = useState(false);
  const visitor = one.from === "" || (one.from.startsWith("browser:") && agentIn(one.from) === "");
  const who = one.name || (visitor ? words.visitor : nameOf(one.from, colleagues));
  const to = visitor || one.from.startsWith("anon:") ? "" : callable(one.from);
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <li>
      <p>
        <strong dir="auto">{visitor && !one.name ? words.aVisitor : who}</strong> {!one.heard_at && <span class="state poor">{words.voicemails.unheard}</span>}
        <br />
        <time dateTime={one.created_at}>{when.format(new Date(one.created_at))}</time> {clock(one.seconds)} <bdi class="quiet">{one.queue_name}</bdi>
      </p>
      {plays() ? (
        <audio
          controls
          preload="none"
          src={audioOf(one.id)}
          aria-label={words.voicemails.from(who)}
          onPlay={(event) => {
            setSilent(false);
            void playAt(event.currentTarget, chosen().speaker);
          }}
          onPlaying={() => !one.heard_at && onHeard()}
          onError={() => setSilent(true)}
        />
      ) : (
        <p class="quiet">{words.voicemails.cannotPlay}</p>
      )}
      {silent && (
        <p role="alert" class="problem">
          {words.voicemails.silent}
        </p>
      )}
      {(silent || !plays()) && (
        <p>
          <a href={audioOf(one.id)} download={`${one.id}.opus`}>
            {words.voicemails.download}
          </a>
        </p>
      )}
      <div class="buttons">
        {to && (
          <button type="button" aria-label={`${words.voicemails.back}: ${who}`} aria-disabled={disabled} onClick={() => !disabled && onCall(to)}>
            {words.voicemails.back}
          </button>
        )}
        {onDelete && <Strike who={who} onDelete={onDelete} />}
      </div>
    </li>
  );
}
