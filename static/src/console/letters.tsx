import { useState } from "preact/hooks";
import { ask, remove, tell } from "../monitor/client.ts";
import { useKeptFocus } from "../monitor/focus.ts";
import { Notice } from "../monitor/notice.tsx";
import { toE164 } from "../number.ts";
import type { Optional } from "./optional.ts";
import { plain } from "./problem.ts";
import { Strike } from "./strike.tsx";
import type { Letter, Letters } from "./wire.ts";
import { useSpeech } from "./words.ts";

/** How many are asked for; who has more sees to these first. */
export const lettersPath = "/v1/session/offline_messages?limit=50";

interface LettersProps {
  now: Optional<Letters>;
  /** Whether the agent may delete them. */
  deletes: boolean;
  disabled: boolean;
  onCall(to: string): void;
}

/** What visitors have written for the agent's queues when nobody was there. */
export function LetterList({ now, deletes, disabled, onCall }: LettersProps) {
  const { words } = useSpeech();
  const [problem, setProblem] = useState("");
  const list = useKeptFocus<HTMLUListElement>("letters-title");
  const all = now.value?.data ?? [];

  /** Does something about the list, and reads it anew. */
  async function change(what: Promise<unknown>) {
    setProblem("");
    try {
      await what;
      now.put(await ask<Letters>(lettersPath));
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  return (
    <section class="card" aria-labelledby="letters-title">
      <h2 id="letters-title" tabIndex={-1}>
        {words.views.letters}
      </h2>
      <Notice problem={problem} />
      {all.length === 0 && <p class="quiet">{words.letters.none}</p>}
      <ul class="past messages" ref={list}>
        {all.map((one) => (
          <One
            key={one.id}
            one={one}
            disabled={disabled}
            onCall={onCall}
            onDone={(done) => void change(tell(`/v1/session/offline_messages/${encodeURIComponent(one.id)}/done`, { done }))}
            onDelete={deletes ? () => void change(remove(`/v1/offline_messages/${encodeURIComponent(one.id)}`)) : undefined}
          />
        ))}
      </ul>
      {now.value?.has_more && <p class="quiet">{words.voicemails.more}</p>}
    </section>
  );
}

interface OneProps {
  one: Letter;
  disabled: boolean;
  onCall(to: string): void;
  onDone(done: boolean): void;
  onDelete: (() => void) | undefined;
}

function One({ one, disabled, onCall, onDone, onDelete }: OneProps) {
  const { words, language } = useSpeech();
  const who = one.name || words.visitor;
  const number = toE164(one.reply_to);
  const mail = /^[^\s@]+@[^\s@]+$/.test(one.reply_to);
  const done = one.done_at !== null;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <li>
      <p>
        <strong dir="auto">{one.name || words.aVisitor}</strong> {!done && <span class="state poor">{words.letters.waiting}</span>}
        <br />
        <time dateTime={one.created_at}>{when.format(new Date(one.created_at))}</time> <bdi class="quiet">{one.queue_name}</bdi> <bdi>{one.reply_to}</bdi>
      </p>
      <p class="text" dir="auto">
        {one.text}
      </p>
      <div class="buttons">
        {number && (
          <button type="button" aria-label={`${words.voicemails.back}: ${who}`} aria-disabled={disabled} onClick={() => !disabled && onCall(number)}>
            {words.voicemails.back}
          </button>
        )}
        {mail && (
          <a href={`mailto:${encodeURIComponent(one.reply_to)}`} aria-label={`${words.letters.mail}: ${who}`}>
            {words.letters.mail}
          </a>
        )}
        <button type="button" aria-label={`${done ? words.letters.undo : words.letters.done}: ${who}`} onClick={() => onDone(!done)}>
          {done ? words.letters.undo : words.letters.done}
        </button>
        {onDelete && <Strike who={who} onDelete={onDelete} />}
      </div>
    </li>
  );
}
