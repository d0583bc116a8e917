import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useWords } from "./words.ts";

/** Twelve keys, and the same ones of the keyboard while the focus is among them. */
export function Keypad({ sent, onPress }: { sent: string; onPress(digit: string): void }) {
  const words = useWords();
  const keys = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => keys.current?.querySelector("button")?.focus(), []);
  return (
    <div ref={keys}>
      <Keys keys="123456789*0#" named={{ "*": words.keypadKey.star, "#": words.keypadKey.hash }} onPress={onPress}>
        <output aria-label={words.digitsSent}>{sent}</output>
      </Keys>
    </div>
  );
}

/** What stands for the last digit taken back. */
export const erase = "⌫";

/** The keys by which a number is written before the call. */
export function NumberPad({ onPress }: { onPress(key: string): void }) {
  const words = useWords();
  return <Keys keys={`123456789+0${erase}`} named={{ "+": words.keypadKey.plus, [erase]: words.keypadKey.erase }} onPress={onPress} />;
}

interface KeysProps {
  keys: string;
  /** How those are called that are not read as they are written. */
  named: Record<string, string>;
  onPress(key: string): void;
  children?: ComponentChildren;
}

function Keys({ keys, named, onPress, children }: KeysProps) {
  const words = useWords();
  function press(event: KeyboardEvent) {
    const key = event.key === "Backspace" ? erase : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || !keys.includes(key)) return;
    event.preventDefault();
    onPress(key);
  }
  return (
    <div class="keypad" role="group" aria-label={words.keypad} dir="ltr" onKeyDown={press}>
      {children}
      <div class="keys">
        {[...keys].map((key) => (
          <button key={key} type="button" aria-label={named[key]} onClick={() => onPress(key)}>
            {key}
          </button>
        ))}
      </div>
    </div>
  );
}
