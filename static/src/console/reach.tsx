import { useState } from "preact/hooks";
import { destination, readable } from "../number.ts";
import { erase, NumberPad } from "./keypad.tsx";
import { addressed, matches } from "./named.ts";
import { found } from "./reachable.ts";
import { type Group, ReachList } from "./reachlist.tsx";
import type { Named } from "./wire.ts";
import { useWords } from "./words.ts";

interface ReachProps {
  /** The ID of its field. */
  id: string;
  colleagues: Named[];
  /** Whoever is shown before anything is written, found by writing; without it, those who match are shown. */
  groups?: Group[];
  /** Whether a number can be written by keys of the page, too. */
  pad?: boolean;
  /** Why nobody can be reached now; empty while they can. */
  why?: string;
  /** What may be done with whom was named; the first is what Enter does. */
  choices: { label: string; run(to: string): void }[];
}

/** A number is shown in groups as soon as it is one. */
const shown = (written: string): string => readable(destination(written) ?? written);

/** A field for whoever is to be reached: a colleague's name, or a number in any usual writing. */
export function Reach({ id, colleagues, groups = [], pad = false, why = "", choices }: ReachProps) {
  const words = useWords();
  const [written, setWritten] = useState("");
  const [wrong, setWrong] = useState(false);
  const [picked, setPicked] = useState<Named>();
  const [keys, setKeys] = useState(false);
  const everybody = groups.length > 0 ? groups.flatMap(({ all }) => all) : colleagues;
  const matching = groups.length > 0 ? [] : matches(written, everybody);
  const chosen = picked?.name === written ? picked : undefined; // two may have one name

  function pick(one: Named) {
    setWritten(one.name);
    setPicked(one);
    setWrong(false);
  }

  function press(key: string) {
    setWritten((now) => shown(key === erase ? now.trimEnd().slice(0, -1) : now + key));
    setWrong(false);
  }

  function run(choice: { run(to: string): void } | undefined) {
    if (why) return;
    const to = chosen?.address ?? addressed(written, everybody);
    setWrong(!to);
    if (!to || !choice) return;
    setWritten("");
    choice.run(to);
  }

  return (
    <form
      class="reach"
      onSubmit={(event) => {
        event.preventDefault();
        run(choices[0]);
      }}
    >
      <label for={id}>{words.reach.label}</label>
      <input
        id={id}
        value={written}
        dir="auto"
        autocomplete="off"
        maxLength={128}
        aria-describedby={`${id}-hint`}
        aria-invalid={wrong}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          const first = event.currentTarget.form?.querySelector<HTMLElement>(".reachable button");
          if (first) event.preventDefault();
          first?.focus();
        }}
        onInput={(event) => {
          setWritten(event.currentTarget.value);
          setWrong(false);
        }}
        onBlur={() => setWritten(shown)}
      />
      <p id={`${id}-hint`} class={wrong ? "problem" : "quiet"} role={wrong ? "alert" : undefined}>
        {wrong ? words.reach.wrong : words.reach.hint}
      </p>
      {pad && !why && (
        <button type="button" class="pad" aria-expanded={keys} onClick={() => setKeys(!keys)}>
          {words.keypad}
        </button>
      )}
      {keys && !why && <NumberPad onPress={press} />}
      {matching.length > 0 && (
        <ul class="matches" aria-label={words.reach.found}>
          {matching.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => pick(one)}>
                {one.name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <ReachList id={id} groups={groups.map((group) => ({ ...group, all: chosen ? group.all : found(written, group.all) }))} picked={chosen?.id} onPick={pick} />
      {why && (
        <p id={`${id}-why`} class="quiet">
          {why}
        </p>
      )}
      <div class="buttons">
        {choices.map((choice, i) => (
          <button key={choice.label} type={i === 0 ? "submit" : "button"} class="go" aria-disabled={why !== ""} aria-describedby={why ? `${id}-why` : undefined} onClick={i === 0 ? undefined : () => run(choice)}>
            {choice.label}
          </button>
        ))}
      </div>
    </form>
  );
}
