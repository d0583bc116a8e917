import { useState } from "preact/hooks";
import { Refusal, tell } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import type { Me } from "./wire.ts";
import { plain, useWords } from "./words.ts";

interface SignInProps {
  /** Says whose customer it is; without it only a link of the site's signs in. */
  accountKey: string;
  before: string;
  done: string;
  onSignIn(me: Me): void;
}

/** Signs a customer in by e-mail address and password. */
export function SignIn({ accountKey, before, done, onSignIn }: SignInProps) {
  const words = useWords();
  const w = words.signIn;
  const { busy, problem, send } = useSending(before);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    void send(async () =>
      onSignIn(await tell<Me>("/v1/me/session", { key: accountKey, email: String(fields.get("email")).trim(), password: String(fields.get("password")) })),
    );
  }

  if (!accountKey) {
    return (
      <div class="login">
        <h1>{w.heading}</h1>
        <p>{w.elsewhere}</p>
        <Notice problem={problem} />
        <Done done={done} />
      </div>
    );
  }
  return (
    <form class="login" onSubmit={submit}>
      <h1>{w.heading}</h1>
      <p>{w.explain}</p>
      <label>
        {w.email}
        <input name="email" type="email" autocomplete="username" required dir="ltr" />
      </label>
      <label>
        {w.password}
        <input name="password" type="password" autocomplete="current-password" required dir="ltr" />
      </label>
      <Notice problem={problem} />
      <Done done={done} />
      <button class="go" aria-disabled={busy}>
        {w.go}
      </button>
    </form>
  );
}

/** Has a customer choose a password, with the ticket of a link that was sent to them. */
export function ChoosePassword({ ticket, onDone }: { ticket: string; onDone(): void }) {
  const { choose: w } = useWords();
  const { busy, problem, send } = useSending("");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get("password"));
    void send(async () => {
      await tell("/v1/me/password_by_ticket", { ticket, password });
      onDone();
    });
  }

  return (
    <form class="login" onSubmit={submit}>
      <h1>{w.heading}</h1>
      <p>{w.explain}</p>
      <label>
        {w.password}
        <input name="password" type="password" autocomplete="new-password" minLength={12} required dir="ltr" />
      </label>
      <Notice problem={problem} />
      <button class="go" aria-disabled={busy}>
        {w.go}
      </button>
    </form>
  );
}

/** Sends one thing at a time, and says what went wrong: that it cannot be taken, in words of its own where there are some. */
export function useSending(before: string, unfit = "") {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  async function send(what: () => Promise<void>) {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await what();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }
  const own = failure instanceof Refusal && failure.status === 400 ? unfit : "";
  return { busy, problem: own || plain(words, failure) || before, send };
}
