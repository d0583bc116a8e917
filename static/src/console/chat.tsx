import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ask } from "../monitor/client.ts";
import { acceptable, type Parcel, type Parcels, sized } from "../parcels.ts";
import type { Said, Talk, Talked, Unsent } from "../talk.ts";
import { nameOf } from "./named.ts";
import { plain } from "./problem.ts";
import { label, spoken } from "./shortcuts.ts";
import { agentIn } from "./who.ts";
import type { ChatRecord, Colleague } from "./wire.ts";
import { useSpeech, useWords, type Words } from "./words.ts";

/** Whoever may read the chat gets its files; they are saved, never shown. */
const fileOf = (id: string) => `/v1/call_files/${encodeURIComponent(id)}`;

interface ChatProps {
  talk: Talk;
  now: Talked;
  parcels: Parcels;
  going: Parcel[];
  /** The call runs. */
  running: boolean;
  shortcut: string;
}

/** What is written beside the call, from when somebody else can read it. */
export function Chat({ talk, now, parcels, going, running, shortcut }: ChatProps) {
  const words = useWords();
  const { others, said, unsent, typing } = now;
  const used = said.length > 0 || unsent.length > 0;
  useSeen(talk, now);
  if (!used && (others === 0 || !running)) return null;
  return (
    <section class="card chat" aria-labelledby="chat-title">
      <h2 id="chat-title">{words.chat.heading}</h2>
      <Log said={said} read={now.read} />
      {going.length > 0 && (
        <ol class="said">
          {going.map((one) => (
            <Going key={one.id} one={one} onDrop={() => parcels.drop(one.id)} />
          ))}
        </ol>
      )}
      {unsent.length > 0 && (
        <ol class="said">
          {unsent.map((one) => (
            <Waiting key={one.id} one={one} onAgain={running ? () => talk.again(one.id) : undefined} />
          ))}
        </ol>
      )}
      <p class="quiet typing">{typing ? words.chat.typing(writer(words, typing)) : ""}</p>
      {running && others === 0 && <p class="quiet">{words.chat.alone}</p>}
      {running && <Field talk={talk} shortcut={shortcut} />}
      {running && <Attach onFile={(file) => parcels.send(file)} />}
    </section>
  );
}

/** What is shown is read, as long as the page is. */
function useSeen(talk: Talk, now: Talked): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") talk.see();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [talk, now.unread]);
}

/** The messages in order; it stays at the last one, unless somebody reads further up. */
function Log({ said, read }: { said: Said[]; read: number }) {
  const { words, language } = useSpeech();
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const lastRead = said.findLast(({ by, seq }) => by === "you" && seq <= read)?.seq;
  useLayoutEffect(() => {
    if (list.current && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [said.length]);
  return (
    <div
      class="log"
      role="log"
      aria-label={words.chat.log}
      tabIndex={0}
      ref={list}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => (follows.current = scrollHeight - scrollTop - clientHeight < 40)}
    >
      <ol class="said">
        {said.map((one) => (
          <li key={one.seq} class={one.by === "you" ? "you" : ""}>
            <small>
              <bdi>{writer(words, one)}</bdi> <time dateTime={one.at}>{time.format(new Date(one.at))}</time>
              {one.seq === lastRead && ` · ${words.chat.read}`}
            </small>
            {one.sent ? (
              <>
                <a class="file" href={fileOf(one.sent.file)} download={one.sent.name} aria-label={words.chat.fetch(one.sent.name)}>
                  <bdi>{one.sent.name}</bdi>
                </a>{" "}
                <small>{sized(one.sent.bytes, language)}</small>
              </>
            ) : (
              <div class="text" dir="auto">
                {one.text}
              </div>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What has not arrived yet, or was refused. */
function Waiting({ one, onAgain }: { one: Unsent; onAgain: (() => void) | undefined }) {
  const { chat } = useWords();
  return (
    <li class="you">
      <div class="text" dir="auto">
        {one.text}
      </div>
      {one.refused ? (
        <p role="alert" class="problem">
          {chat.refused[one.refused] ?? chat.refusedElse}
        </p>
      ) : (
        <small>{chat.sending}</small>
      )}
      {one.refused && onAgain && (
        <button type="button" onClick={onAgain}>
          {chat.again}
        </button>
      )}
    </li>
  );
}

/** A file on its way, or one that was not sent. */
function Going({ one, onDrop }: { one: Parcel; onDrop(): void }) {
  const { chat } = useWords();
  return (
    <li class="you">
      <div class="text" dir="auto">
        {one.name}
      </div>
      {one.refused ? (
        <p role="alert" class="problem">
          {chat.notSent[one.refused]}
        </p>
      ) : (
        <progress max={1} value={one.share} aria-label={chat.sending} />
      )}
      <button type="button" aria-label={chat.drop(one.name)} onClick={onDrop}>
        {chat.remove}
      </button>
    </li>
  );
}

/** A button that opens the browser's own chooser. */
function Attach({ onFile }: { onFile(file: File): void }) {
  const { chat } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="buttons">
      <button type="button" onClick={() => input.current?.click()}>
        {chat.attach}
      </button>
      <input
        type="file"
        hidden
        ref={input}
        accept={acceptable}
        onChange={({ currentTarget }) => {
          for (const file of currentTarget.files ?? []) onFile(file);
          currentTarget.value = "";
        }}
      />
    </div>
  );
}

function Field({ talk, shortcut }: { talk: Talk; shortcut: string }) {
  const { chat } = useWords();
  const [text, setText] = useState("");

  function send() {
    if (talk.write(text)) setText("");
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for="chat">{chat.label}</label>
      <textarea
        id="chat"
        rows={2}
        maxLength={2000}
        dir="auto"
        value={text}
        title={label(shortcut)}
        aria-keyshortcuts={spoken(shortcut)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          talk.types();
        }}
        onKeyDown={(event) => {
          // Enter that ends a word in an input method is not meant for the message.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="buttons">
        <button type="submit">{chat.send}</button>
      </div>
    </form>
  );
}

function writer(words: Words, { by, name }: Pick<Said, "by" | "name">): string {
  return by === "you" ? words.chat.you : name || (by === "visitor" ? words.chat.visitor : words.chat.agent);
}

interface PastChatProps {
  call: string;
  /** The agent, whose own words are theirs. */
  me: string;
  who: string;
  colleagues: Colleague[];
}

/** What was written in a call that was: the record, as it was seen. */
export function PastChat({ call, me, who, colleagues }: PastChatProps) {
  const words = useWords();
  const [record, setRecord] = useState<ChatRecord>();
  const [failure, setFailure] = useState<unknown>();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const stopped = new AbortController();
    setFailure(undefined);
    ask<ChatRecord>(`/v1/calls/${encodeURIComponent(call)}/chat`, stopped.signal).then(setRecord, (error: unknown) => {
      if (!stopped.signal.aborted) setFailure(error);
    });
    return () => stopped.abort();
  }, [open, call]);
  return (
    <div class="past-chat">
      <button type="button" aria-expanded={open} aria-label={words.chat.of(who)} onClick={() => setOpen(!open)}>
        {words.chat.heading}
      </button>
      {open && failure !== undefined && (
        <p role="alert" class="problem">
          {plain(words, failure)}
        </p>
      )}
      {open && record && (record.messages.length > 0 ? <Log said={replayed(record, me, colleagues)} read={0} /> : <p class="quiet">{words.chat.none}</p>)}
    </div>
  );
}

/** The record as the agent saw it. */
export function replayed(record: ChatRecord, me: string, colleagues: Colleague[]): Said[] {
  return record.messages.map(({ seq, role, from = "", text, file, created_at: at }) => {
    const mine = me !== "" && agentIn(from) === me;
    const sent = file && { file: file.id, name: file.name, bytes: file.bytes };
    return { seq, by: mine ? "you" : role, name: role === "agent" && from ? nameOf(from, colleagues) : "", text, at, ...(sent ? { sent } : {}) };
  });
}
