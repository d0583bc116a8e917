// What forms are made of: each field with its name above, a plain explanation
// beneath, and what the gateway found wrong with it.

import { type ComponentChildren, createContext } from "preact";
import { useContext, useId, useRef } from "preact/hooks";

/** What is wrong, with the field that it is about, as the API calls it. */
export const WrongContext = createContext<{ param: string; message: string }>({ param: "", message: "" });

export interface Named {
  /** As the API calls it. */
  name: string;
  label: string;
  hint?: string | undefined;
}

interface FieldProps extends Named {
  children(ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }): ComponentChildren;
}

export function Field({ name, label, hint, children }: FieldProps) {
  const id = useId();
  const wrong = useContext(WrongContext);
  const bad = wrong.param === name || wrong.param.startsWith(`${name}.`) || wrong.param.startsWith(`${name}[`);
  const described = [hint && `${id}-hint`, bad && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...(described ? { "aria-describedby": described } : {}), ...(bad ? { "aria-invalid": "true" as const } : {}) })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {bad && (
        <p class="problem" dir="auto" id={`${id}-wrong`}>
          {wrong.message}
        </p>
      )}
    </div>
  );
}

interface TextProps extends Named {
  value: string;
  onInput(value: string): void;
  type?: "text" | "email" | "tel" | "url";
  required?: boolean;
  maxLength?: number;
  /** Written from left to right in every language: addresses, codes, times. */
  code?: boolean;
  list?: readonly string[];
  placeholder?: string;
}

export function Text({ value, onInput, type = "text", required, maxLength, code, list, placeholder, ...named }: TextProps) {
  const options = useId();
  return (
    <Field {...named}>
      {(ids) => (
        <>
          <input
            {...ids}
            type={type}
            value={value}
            required={required ?? false}
            maxLength={maxLength ?? 500}
            placeholder={placeholder ?? ""}
            dir={code ? "ltr" : "auto"}
            autocomplete="off"
            spellcheck={!code}
            {...(list ? { list: options } : {})}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          {list && (
            <datalist id={options}>
              {list.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

interface SecretProps extends Named {
  value: string;
  onInput(value: string): void;
}

/** What is written and never shown again. */
export function Secret({ value, onInput, ...named }: SecretProps) {
  return (
    <Field {...named}>
      {(ids) => <input {...ids} type="password" value={value} maxLength={200} dir="ltr" autocomplete="new-password" onInput={(event) => onInput(event.currentTarget.value)} />}
    </Field>
  );
}

interface LinesProps extends Named {
  value: string[];
  onInput(value: string[]): void;
  placeholder?: string;
}

/** A list of short texts, one on each line. */
export function Lines({ value, onInput, placeholder, ...named }: LinesProps) {
  return (
    <Field {...named}>
      {(ids) => (
        <textarea
          {...ids}
          rows={Math.max(2, value.length + 1)}
          dir="ltr"
          spellcheck={false}
          placeholder={placeholder ?? ""}
          value={value.join("\n")}
          onInput={(event) => onInput(event.currentTarget.value.split("\n"))}
        />
      )}
    </Field>
  );
}

/** What was written on lines, without the empty ones. */
export const written = (lines: string[]): string[] => lines.map((line) => line.trim()).filter(Boolean);

interface NumberProps extends Named {
  value: number;
  onInput(value: number): void;
  min?: number;
  max: number;
  /** Whole numbers, or any. */
  step?: 1 | "any";
}

export function Count({ value, onInput, min = 0, max, step = 1, ...named }: NumberProps) {
  // A number that is still being written stays as it is written: 70. is 70, and .5 comes next.
  const typed = useRef("");
  const shown = typed.current !== "" && Number(typed.current) === value ? typed.current : Number.isNaN(value) ? "" : value;
  return (
    <Field {...named}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          inputMode={step === 1 ? "numeric" : "decimal"}
          min={min}
          max={max}
          step={step}
          required
          dir="ltr"
          value={shown}
          onInput={({ currentTarget: field }) => {
            typed.current = field.value;
            onInput(field.valueAsNumber);
          }}
        />
      )}
    </Field>
  );
}

interface ChoiceProps extends Named {
  value: string;
  options: readonly (readonly [value: string, name: string])[];
  onChoose(value: string): void;
}

export function Choice({ value, options, onChoose, ...named }: ChoiceProps) {
  // What is chosen and is not there any more, or may not be seen, stays chosen.
  const lost = value !== "" && !options.some(([known]) => known === value);
  return (
    <Field {...named}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
          {lost && <option value={value}>{value}</option>}
          {options.map(([known, name]) => (
            <option key={known} value={known}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  onCheck(checked: boolean): void;
}

export function Check({ label, hint, checked, onCheck }: CheckProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="choice">
        <input type="checkbox" checked={checked} aria-describedby={hint ? id : undefined} onChange={(event) => onCheck(event.currentTarget.checked)} />
        {label}
      </label>
      {hint && (
        <p class="hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ManyProps {
  label: string;
  hint?: string;
  none: string;
  options: readonly (readonly [value: string, name: string])[];
  chosen: string[];
  onChoose(chosen: string[]): void;
}

/** Several of a list. What is chosen and may not be seen stays chosen. */
export function Many({ label, hint, none, options, chosen, onChoose }: ManyProps) {
  return (
    <fieldset>
      <legend>{label}</legend>
      {hint && <p class="hint">{hint}</p>}
      {options.length === 0 && <p class="quiet">{none}</p>}
      {options.map(([value, name]) => (
        <label class="choice" key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) => onChoose(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))}
          />
          <bdi>{name}</bdi>
        </label>
      ))}
    </fieldset>
  );
}

interface StepsProps<T> {
  label: string;
  hint?: string | undefined;
  add: string;
  remove(number: number): string;
  rows: readonly T[];
  blank(): T;
  onChange(rows: T[]): void;
  children(row: T, set: (change: Partial<T>) => void, number: number): ComponentChildren;
}

/** A list of rows, each of several fields, that grows and shrinks. */
export function Steps<T>({ label, hint, add, remove, rows, blank, onChange, children }: StepsProps<T>) {
  return (
    <fieldset class="steps">
      <legend>{label}</legend>
      {hint && <p class="hint">{hint}</p>}
      {rows.map((row, i) => (
        <div class="step" key={i}>
          {children(row, (change) => onChange(rows.map((one, j) => (i === j ? { ...one, ...change } : one))), i)}
          <button type="button" aria-label={`${remove(i + 1)}: ${label}`} title={remove(i + 1)} onClick={() => onChange(rows.filter((_, j) => i !== j))}>
            ✕
          </button>
        </div>
      ))}
      <button type="button" aria-label={`${add}: ${label}`} onClick={() => onChange([...rows, blank()])}>
        {add}
      </button>
    </fieldset>
  );
}
