import { useState } from "preact/hooks";
import { prove, Refusal, tell } from "./client.ts";
import type { Session } from "./wire.ts";

/** Logs a person in; asks for the second factor when the gateway wants one. */
export function Login({ onLogin }: { onLogin(session: Session): void }) {
  const [problem, setProblem] = useState("");
  const [wantsCode, setWantsCode] = useState(false);
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem("");
    try {
      const session = await tell<Session>("/v1/session", {
        email: String(fields.get("email")),
        password: String(fields.get("password")),
        ...(fields.get("totp") ? { totp: String(fields.get("totp")) } : {}),
      });
      prove(session.csrf_token);
      onLogin(session);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.problem.type === "second_factor_required") setWantsCode(true);
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
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
      {wantsCode && (
        <label>
          Code of your authenticator
          <input name="totp" inputMode="numeric" autocomplete="one-time-code" required />
        </label>
      )}
      <p role="alert" class="problem">
        {problem}
      </p>
      <button disabled={busy}>Log in</button>
    </form>
  );
}
