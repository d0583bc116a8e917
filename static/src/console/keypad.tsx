import { useWords } from "./words.ts";

/** Twelve keys, and the same ones of the keyboard while the focus is among them. */
export function Keypad({ sent, onPress }: { sent: string; onPress(digit: string): void }) {
  const words = useWords();
  const names: Record<string, string> = { "*": words.keypadKey.star, "#": words.keypadKey.hash };
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
    event.preventDefault();
    onPress(event.key);
  }
  return (
    <div class="keypad" role="group" aria-label={words.keypad} dir="ltr" onKeyDown={press}>
      <output aria-label={words.digitsSent}>{sent}</output>
      <div class="keys">
        {[..."123456789*0#"].map((digit) => (
          <button key={digit} type="button" aria-label={names[digit]} onClick={() => onPress(digit)}>
            {digit}
          </button>
        ))}
      </div>
    </div>
  );
}
