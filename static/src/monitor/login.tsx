import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal, sentence, tell } from "./client.ts";
import { Notice } from "./notice.tsx";
import type { Session } from "./wire.ts";

/** What a login may lack, by the name of its field. */
type Lack = "" | "code" | "new_password";

const lacks: Record<string, Lack> = { second_factor_required: "code", new_password_required: "new_password" };

/** Logs a person in; asks for the second factor or a new password when the gateway wants one. */
export function Login({ before, onLogin }: { before: string; onLogin(session: Session): void }) {
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
      const session = await tell<Session>("/v1/session", {
        email: String(fields.get("email")).trim(),
        password: String(fields.get("password")),
        ...(wants ? { [wants]: String(fields.get(wants)) } : {}),
      });
      return onLogin(session);
    } catch (error) {
      const lack = error instanceof Refusal ? lacks[error.problem.code] : undefined;
      if (lack) setWants(lack);
      // The remedies are for programs: the form itself shows what to do.
      setProblem(error instanceof Refusal ? error.problem.message : sentence(error));
    }
    setBusy(false);
  }

  return (
    <form class="login" onSubmit={submit}>
      <h1>Monitor</h1>
      <p>Log in with your account on this gateway.</p>
      <label>
        E-mail
        <input name="email" type="email" autocomplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      {wants === "code" && (
        <label>
          Code of your authenticator app, or a recovery code
          <input name="code" autocomplete="one-time-code" required ref={wanted} />
        </label>
      )}
      {wants === "new_password" && (
        <label>
          New password, of at least 12 characters
          <input name="new_password" type="password" autocomplete="new-password" minLength={12} required ref={wanted} />
        </label>
      )}
      <Notice problem={problem} />
      <button aria-disabled={busy}>Log in</button>
    </form>
  );
}
