import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { askVersion, Refusal, remove, tell, type Version } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { go } from "./address.ts";
import { Ask } from "./ask.tsx";
import { WrongContext } from "./fields.tsx";
import { type Kind, mayEdit, pathOf, places, rowOf, type Stock, useStock } from "./lists.ts";
import { merged, same } from "./merge.ts";
import { setUnsaved } from "./unsaved.ts";
import type { Row } from "./wire.ts";
import { plain, useWords, type Words } from "./words.ts";

export interface FormProps<D> {
  draft: D;
  set(change: Partial<D>): void;
  /** Of a new row nothing is kept yet. */
  fresh: boolean;
}

/** How rows of one kind are edited: a draft is what the form holds. */
export interface Shelf<T extends Row, D> {
  kind: Kind;
  title(row: T, stock: Stock, words: Words): string;
  draft(row: T | undefined, stock: Stock, words: Words): D;
  /** What a list says of a row beside its title. */
  About?(props: { row: T }): JSX.Element;
  /** What is sent. */
  body(draft: D, fresh: boolean): object;
  Form(props: FormProps<D>): JSX.Element;
  /** What stands below the form of a row that is kept. */
  Below?(props: { row: T }): JSX.Element;
  /** Shown once after a row was made. */
  Made?(props: { row: T }): JSX.Element;
  deletable?: boolean;
}

interface EditorProps<T extends Row, D> {
  shelf: Shelf<T, D>;
  row: T | undefined;
  /** Shown above, after it was made. */
  made: T | undefined;
  onMade(row: T): void;
}

/** The form of one row, kept by its own button. Whoever opens another row gets another editor. */
export function Editor<T extends Row, D extends object>({ shelf, row, made, onMade }: EditorProps<T, D>) {
  const words = useWords();
  const stock = useStock();
  const [kept, setKept] = useState(row);
  const [before, setBefore] = useState<D>(() => shelf.draft(row, stock, words));
  const [draft, setDraft] = useState<D>(before);
  const [wrong, setWrong] = useState({ param: "", message: "" });
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [theirs, setTheirs] = useState<Version<T>>();
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const changed = !same(draft, before);
  const locked = !mayEdit(stock.reader, shelf.kind) || kept?.managed === true;

  useEffect(() => {
    setUnsaved(changed);
    return () => setUnsaved(false);
  }, [changed]);
  useLayoutEffect(() => heading.current?.focus(), []);
  // Whoever is refused is brought to the field that it is about, wherever in the form it is.
  useLayoutEffect(() => {
    const field = wrong.message && form.current?.querySelector<HTMLElement>("[aria-invalid]");
    if (!field) return;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }, [wrong]);

  function set(change: Partial<D>) {
    setDone("");
    setDraft((now) => ({ ...now, ...change }));
  }

  function take(fresh: T) {
    const drafted = shelf.draft(fresh, stock, words);
    setKept(fresh);
    setBefore(drafted);
    setDraft(drafted);
    setTheirs(undefined);
  }

  async function attempt(what: () => Promise<void>) {
    if (busy) return;
    setBusy(true);
    setDone("");
    setWrong({ param: "", message: "" });
    try {
      await what();
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
    setBusy(false);
  }

  async function look(id: string): Promise<Version<T>> {
    const { body, tag } = await askVersion<T>(pathOf(shelf.kind, id));
    return { body: rowOf(shelf.kind, body), tag };
  }

  /** Keeps the draft, unless somebody else has changed the row since it was read. */
  async function save() {
    if (!kept) return create();
    const now = await look(kept.id);
    if (!same(shelf.draft(now.body, stock, words), before)) return setTheirs(now);
    await change(kept.id, draft, now.tag);
  }

  /** Keeps what was changed here over what somebody else has changed meanwhile. */
  async function over({ body, tag }: Version<T>) {
    await change(body.id, merged(before, draft, shelf.draft(body, stock, words)), tag);
  }

  /** Changes one version of a row; if it is not that one any more, nothing is lost and the other is shown. */
  async function change(id: string, to: D, tag: string) {
    let saved: T;
    try {
      saved = rowOf(shelf.kind, await tell<T>(pathOf(shelf.kind, id), shelf.body(to, false), tag));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 412) throw error;
      return setTheirs(await look(id));
    }
    setUnsaved(false);
    await stock.reload();
    take(saved);
    setDone(words.saved);
  }

  async function create() {
    const here = location.hash;
    const saved = rowOf(shelf.kind, await tell<T>(places[shelf.kind].path, shelf.body(draft, true)));
    setUnsaved(false);
    await stock.reload();
    onMade(saved);
    if (location.hash === here) go({ view: shelf.kind, one: saved.id }); // else somebody has gone on meanwhile
  }

  async function destroy() {
    setDeleting(false);
    if (!kept) return;
    await remove(pathOf(shelf.kind, kept.id));
    setUnsaved(false);
    go({ view: shelf.kind, one: "" });
    await stock.reload();
  }

  const kind = words.kinds[shelf.kind];
  return (
    <section class="card editor" aria-labelledby="editor-title">
      <a class="back" href={`#${shelf.kind}`}>
        {words.back(kind.many)}
      </a>
      <h2 id="editor-title" tabIndex={-1} ref={heading}>
        {kept ? <bdi>{shelf.title(kept, stock, words)}</bdi> : kind.create}
      </h2>
      {kept?.managed && <p class="note">{words.managed}</p>}
      {kept && shelf.Made && made?.id === kept.id && <shelf.Made row={made} />}
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(save);
        }}
      >
        <WrongContext.Provider value={wrong}>
          <fieldset class="all" disabled={locked}>
            <legend class="hidden">{kind.one}</legend>
            <shelf.Form draft={draft} set={set} fresh={!kept} />
          </fieldset>
        </WrongContext.Provider>
        {theirs && (
          <Conflict onTheirs={() => take(theirs.body)} onMine={() => void attempt(() => over(theirs))}>
            <WrongContext.Provider value={{ param: "", message: "" }}>
              <fieldset class="all" disabled>
                <legend class="hidden">{words.theirVersion}</legend>
                <shelf.Form draft={shelf.draft(theirs.body, stock, words)} set={() => undefined} fresh={false} />
              </fieldset>
            </WrongContext.Provider>
          </Conflict>
        )}
        <div class="sticky">
          <Notice problem={wrong.message} />
          <Done done={done} />
          {!locked && (
            <p class="buttons">
              <button class="go" aria-disabled={busy}>
                {kept ? words.save : kind.create}
              </button>
              {changed && kept && (
                <button type="button" onClick={() => setDraft(before)}>
                  {words.undo}
                </button>
              )}
              {kept && shelf.deletable !== false && (
                <button type="button" class="danger" onClick={() => setDeleting(true)}>
                  {words.remove}
                </button>
              )}
              {changed && <span class="quiet">{words.unsaved}</span>}
            </p>
          )}
        </div>
      </form>
      {kept && shelf.Below && <shelf.Below row={kept} />}
      {deleting && kept && (
        <Ask
          question={words.removeAsk(shelf.title(kept, stock, words))}
          yes={words.remove}
          no={words.keep}
          onYes={() => void attempt(destroy)}
          onNo={() => setDeleting(false)}
        >
          <p>{kind.removed}</p>
        </Ask>
      )}
    </section>
  );
}

interface ConflictProps {
  onTheirs(): void;
  onMine(): void;
  /** What the other one has made of it. */
  children: ComponentChildren;
}

/** Somebody else was faster: nothing of either is lost without being asked for. */
function Conflict({ onTheirs, onMine, children }: ConflictProps) {
  const words = useWords();
  return (
    <div class="conflict">
      <p role="alert">{words.conflict}</p>
      <p class="buttons">
        <button type="button" onClick={onTheirs}>
          {words.takeTheirs}
        </button>
        <button type="button" class="danger" onClick={onMine}>
          {words.keepMine}
        </button>
      </p>
      <p class="hint">{words.keepMineHint}</p>
      <details>
        <summary>{words.theirVersion}</summary>
        {children}
      </details>
    </div>
  );
}

/** A group of fields under a heading of its own. */
export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
