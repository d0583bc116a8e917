import { useState } from "preact/hooks";
import { destination, readable } from "../number.ts";
import { addressed, matches } from "./named.ts";
import type { Named } from "./wire.ts";
import { useWords } from "./words.ts";

interface ReachProps {
  /** The ID of its field. */
  id: string;
  colleagues: Named[];
  /** Others that can be reached, which are shown before anything is written. */
  more?: { heading: string; all: (Named & { hint: string; disabled: boolean })[] };
  disabled?: boolean;
  /** What may be done with whom was named; the first is what Enter does. */
  choices: { label: string; run(to: string): void }[];
}

/** A field for whoever is to be reached: a colleague's name, or a number in any usual writing. */
export function Reach({ id, colleagues, more = { heading: "", all: [] }, disabled = false, choices }: ReachProps) {
  const words = useWords();
  const [written, setWritten] = useState("");
  const [wrong, setWrong] = useState(false);
  const [picked, setPicked] = useState<Named>();
  const everybody = [...colleagues, ...more.all];
  const matching = matches(written, everybody);

  function pick(one: Named) {
    setWritten(one.name);
    setPicked(one);
    setWrong(false);
  }

  function run(choice: { run(to: string): void } | undefined) {
    const to = picked?.name === written ? picked.address : addressed(written, everybody); // two may have one name
    setWrong(!to);
    if (!to || disabled || !choice) return;
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
        onInput={(event) => {
          setWritten(event.currentTarget.value);
          setWrong(false);
        }}
        onBlur={() => setWritten((now) => readable(destination(now) ?? now))}
      />
      <p id={`${id}-hint`} class={wrong ? "problem" : "quiet"} role={wrong ? "alert" : undefined}>
        {wrong ? words.reach.wrong : words.reach.hint}
      </p>
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
      {more.all.length > 0 && (
        <>
          <h3 id={`${id}-more`}>{more.heading}</h3>
          <ul class="queues" aria-labelledby={`${id}-more`}>
            {more.all.map((one) => (
              <li key={one.id}>
                <button type="button" aria-disabled={one.disabled} aria-pressed={picked?.id === one.id && picked.name === written} onClick={() => !one.disabled && pick(one)}>
                  <bdi>{one.name}</bdi>
                </button>
                <span class="quiet">{one.hint}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="buttons">
        {choices.map((choice, i) => (
          <button key={choice.label} type={i === 0 ? "submit" : "button"} class="go" aria-disabled={disabled} onClick={i === 0 ? undefined : () => run(choice)}>
            {choice.label}
          </button>
        ))}
      </div>
    </form>
  );
}
