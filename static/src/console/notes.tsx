import { useRef, useState } from "preact/hooks";
import { Refusal, tell } from "../monitor/client.ts";
import type { List } from "../monitor/wire.ts";
import { type Draft, discarded, drafts, keepDraft } from "./drafts.ts";
import { useOptional } from "./optional.ts";
import { plain } from "./problem.ts";
import { label, spoken } from "./shortcuts.ts";
import type { Disposition, Noted } from "./wire.ts";
import { useSpeech, useWords } from "./words.ts";

interface NotesProps {
  me: string;
  call: string;
  who: string;
  /** When it was answered, in ms since 1970; 0 where that is not known. */
  at: number;
  /** What the gateway has of it, where that is known. */
  before?: Noted | undefined;
  /** The key that leads to the field; only one form has it. */
  shortcut?: string | undefined;
  onSaved(): void;
  /** Ends the wrap-up that this call is followed by; only there. */
  onDone?: (() => Promise<void>) | undefined;
}

/** What an agent has to say of a call, during it and after it. */
export function Notes({ me, call, who, at, before, shortcut, onSaved, onDone }: NotesProps) {
  const { words, language } = useSpeech();
  const [draft, setDraft] = useState<Draft>(() => begun(me, call, who, at, before));
  const [problem, setProblem] = useState("");
  const [saving, setSaving] = useState(false);
  const [lost, setLost] = useState(false);
  const latest = useRef(draft);
  const touched = useRef(new Set<"notes" | "disposition">(draft.saved ? [] : ["notes", "disposition"]));
  const choices = useOptional<List<Disposition>>("/v1/dispositions?limit=100", 60_000).value?.data ?? [];

  function keep(next: Draft) {
    latest.current = next;
    setDraft(next);
    keepDraft(me, next);
  }

  function write(part: "notes" | "disposition", value: string) {
    touched.current.add(part);
    keep({ ...latest.current, [part]: value, saved: false });
  }

  // What was not touched is left as it is: another tab may have written it.
  async function save(): Promise<boolean> {
    const sent = latest.current;
    if (sent.saved) return true;
    setProblem("");
    setSaving(true);
    try {
      await tell(`/v1/calls/${encodeURIComponent(call)}/wrap_up`, Object.fromEntries([...touched.current].map((part) => [part, sent[part]])));
    } catch (error) {
      setProblem(`${words.notes.refused} ${plain(words, error)}`);
      setLost(error instanceof Refusal && (error.status === 404 || error.status === 409));
      return false;
    } finally {
      setSaving(false);
    }
    if (latest.current === sent) keep({ ...sent, saved: true });
    onSaved();
    return true;
  }

  // Of a call that is erased, or not known any more, nothing is ever saved.
  function discard() {
    touched.current.clear();
    keep(discarded(latest.current, before));
    setLost(false);
    setProblem("");
  }

  const id = `notes-${call}`;
  const since = at || draft.at || 0;
  return (
    <form
      class="notes"
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2 id={`${id}-title`}>
        {who || draft.who ? words.notes.heading(who || draft.who || "") : words.notes.last} {since > 0 && <Since at={since} language={language} />}
      </h2>
      <label for={id}>{words.notes.label}</label>
      <textarea
        id={id}
        class={shortcut ? "first" : ""}
        rows={3}
        maxLength={10_000}
        dir="auto"
        value={draft.notes}
        title={shortcut ? label(shortcut) : undefined}
        aria-keyshortcuts={shortcut ? spoken(shortcut) : undefined}
        onInput={(event) => write("notes", event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void save();
        }}
      />
      {(choices.length > 0 || draft.disposition) && (
        <Result id={`${id}-result`} choices={choices} chosen={draft.disposition} named={before?.disposition_name ?? ""} onChoose={(value) => write("disposition", value)} />
      )}
      <p role="status" class="quiet">
        {saving ? words.notes.saving : draft.saved ? (touched.current.size > 0 || draft.notes || draft.disposition ? words.notes.saved : "") : words.notes.unsaved}
      </p>
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="go" aria-disabled={draft.saved || saving}>
          {words.notes.save}
        </button>
        {lost && (
          <button type="button" onClick={discard}>
            {words.notes.discard}
          </button>
        )}
        {onDone && (
          <button type="button" onClick={() => void save().then((kept) => (kept ? onDone() : undefined)).catch((error: unknown) => setProblem(plain(words, error)))}>
            {words.notes.done}
          </button>
        )}
      </div>
    </form>
  );
}

/** Of several calls with nameless visitors, which one it is. */
function Since({ at, language }: { at: number; language: string }) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const shown = new Intl.DateTimeFormat(language, { ...(today ? {} : { dateStyle: "short" as const }), timeStyle: "short" });
  return (
    <time class="quiet" dateTime={when.toISOString()}>
      {shown.format(when)}
    </time>
  );
}

/** What was not saved goes before what the gateway has, and that before what this tab saved. */
function begun(me: string, call: string, who: string, at: number, before: Noted | undefined): Draft {
  const kept = drafts(me).find((one) => one.call === call);
  if (kept && (!kept.saved || !before)) return kept;
  return { call, who, at, notes: before?.notes ?? "", disposition: before?.disposition ?? "", saved: true };
}

interface ResultProps {
  id: string;
  choices: Disposition[];
  chosen: string;
  /** How what was chosen is called, where it is in the list no more. */
  named: string;
  onChoose(value: string): void;
}

/** What came of the call, in the account's words. */
function Result({ id, choices, chosen, named, onChoose }: ResultProps) {
  const words = useWords();
  const sorted = [...choices].sort((a, b) => a.position - b.position || a.name.localeCompare(b.name));
  const gone = chosen !== "" && !choices.some((one) => one.id === chosen);
  return (
    <>
      <label for={id}>{words.notes.result}</label>
      <select id={id} value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{words.notes.noResult}</option>
        {gone && <option value={chosen}>{named || words.notes.goneResult}</option>}
        {sorted.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </>
  );
}
