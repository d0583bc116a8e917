import { LoginForm } from "../loginform.tsx";
import type { Session } from "../monitor/wire.ts";
import { LanguageChoice } from "./language.tsx";
import { plain } from "./problem.ts";
import { useWords } from "./words.ts";

/** Logs an agent in. */
export function Login({ before, onLogin }: { before: string; onLogin(session: Session): void }) {
  const words = useWords();
  return (
    <LoginForm words={words.login} before={before} plain={(error) => plain(words, error)} onLogin={onLogin}>
      <LanguageChoice />
    </LoginForm>
  );
}
