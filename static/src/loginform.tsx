import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal, tell } from "./monitor/client.ts";
import { Notice } from "./monitor/notice.tsx";
import type { Session } from "./monitor/wire.ts";

/** What a login may lack, by the name of its field. */
type Lack = "" | "code" | "new_password";

const lacks: Record<string, Lack> = { second_factor_required: "code", new_password_required: "new_password" };

export interface LoginWords {
  heading: string;
  explain: string;
  email: string;
  password: string;
  code: string;
  newPassword: string;
  logIn: string;
}

interface LoginFormProps {
  words: LoginWords;
  before: string;
  /** What went wrong, in the page's language. */
  plain(error: unknown): string;
  onLogin(session: Session): void;
  children?: ComponentChildren;
}

/** Logs a person in; asks for the second factor or a new password when the gateway wants one. */
export function LoginForm({ words, before, plain, onLogin, children }: LoginFormProps) {
  const [problem, setProblem] = useState(before);
  const [wants, setWants] = useState<Lack>("");
  const [busy, setBusy] = useState(false);
  const wanted = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => wanted.current?.focus(), [wants]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem("");
    try {
      return onLogin(
        await tell<Session>("/v1/session", {
          email: String(fields.get("email")).trim(),
          password: String(fields.get("password")),
          ...(wants ? { [wants]: String(fields.get(wants)) } : {}),
        }),
      );
    } catch (error) {
      const lack = error instanceof Refusal ? lacks[error.problem.code] : undefined;
      if (lack) setWants(lack);
      setProblem(plain(error));
    }
    setBusy(false);
  }

  return (
    <form class="login" onSubmit={submit}>
      <h1>{words.heading}</h1>
      <p>{words.explain}</p>
      <label>
        {words.email}
        <input name="email" type="email" autocomplete="username" required dir="ltr" />
      </label>
      <label>
        {words.password}
        <input name="password" type="password" autocomplete="current-password" required dir="ltr" />
      </label>
      {wants === "code" && (
        <label>
          {words.code}
          <input name="code" autocomplete="one-time-code" required ref={wanted} dir="ltr" />
        </label>
      )}
      {wants === "new_password" && (
        <label>
          {words.newPassword}
          <input name="new_password" type="password" autocomplete="new-password" minLength={12} required ref={wanted} dir="ltr" />
        </label>
      )}
      <Notice problem={problem} />
      <button class="go" aria-disabled={busy}>
        {words.logIn}
      </button>
      {children}
    </form>
  );
}
