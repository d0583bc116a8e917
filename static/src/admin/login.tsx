import { LoginForm } from "../loginform.tsx";
import type { Session } from "../monitor/wire.ts";
import { LanguageChoice, plain, useWords } from "./words.ts";

/** Logs somebody in who sets things up. */
export function Login({ before, onLogin }: { before: string; onLogin(session: Session): void }) {
  const words = useWords();
  return (
    <LoginForm words={words.login} before={before} plain={(error) => plain(words, error)} onLogin={onLogin}>
      <LanguageChoice />
    </LoginForm>
  );
}
