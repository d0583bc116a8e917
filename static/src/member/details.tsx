import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { useSending } from "./signin.tsx";
import { Verify } from "./verify.tsx";
import type { Me } from "./wire.ts";
import { useSpeech } from "./words.ts";

interface DetailsProps {
  me: Me;
  onChange(me: Me): void;
}

/** Who somebody is, at which number they are reached, and their password. */
export function Details({ me, onChange }: DetailsProps) {
  const { words } = useSpeech();
  const w = words.details;
  const { busy, problem, send } = useSending("", w.wrongPhone);
  const [done, setDone] = useState("");

  function save(event: SubmitEvent) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setDone("");
    void send(async () => {
      onChange(await tell<Me>("/v1/me", { name: String(fields.get("name")).trim(), phone: String(fields.get("phone")).trim() }));
      setDone(w.saved);
    });
  }

  return (
    <section class="card" aria-labelledby="details">
      <h2 id="details">{w.heading}</h2>
      {me.email && <p class="quiet">{w.email(me.email)}</p>}
      <form onSubmit={save}>
        <label>
          {w.name}
          <input name="name" autocomplete="name" maxLength={200} defaultValue={me.name} dir="auto" />
        </label>
        <label>
          {w.phone}
          <input name="phone" type="tel" autocomplete="tel" maxLength={40} defaultValue={me.phone} dir="ltr" aria-describedby={me.phone ? "verified" : ""} />
        </label>
        <Verified me={me} />
        <Notice problem={problem} />
        <Done done={done} />
        <button aria-disabled={busy}>{w.save}</button>
      </form>
      {me.phone && !me.phone_verified_at && <Verify me={me} onChange={onChange} />}
      {me.has_password && <Password email={me.email} />}
    </section>
  );
}

/** Whether the number that is kept is known to be theirs. */
function Verified({ me: { phone, phone_verified_at: since } }: { me: Me }) {
  const { words, language } = useSpeech();
  if (!phone) return null;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return (
    <p class="quiet" id="verified">
      {since ? words.details.verified(when.format(new Date(since))) : words.details.unverified}
    </p>
  );
}

function Password({ email }: { email: string }) {
  const { words } = useSpeech();
  const w = words.details;
  const { busy, problem, send } = useSending("");
  const [done, setDone] = useState("");

  function change(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    setDone("");
    void send(async () => {
      await tell("/v1/me/password", { password: String(fields.get("old")), new_password: String(fields.get("new")) });
      form.reset();
      setDone(w.changed);
    });
  }

  return (
    <details>
      <summary>{w.password}</summary>
      <form onSubmit={change}>
        <input type="hidden" name="username" autocomplete="username" value={email} />
        <label>
          {w.old}
          <input name="old" type="password" autocomplete="current-password" required dir="ltr" />
        </label>
        <label>
          {words.choose.password}
          <input name="new" type="password" autocomplete="new-password" minLength={12} required dir="ltr" />
        </label>
        <Notice problem={problem} />
        <Done done={done} />
        <button aria-disabled={busy}>{w.change}</button>
      </form>
    </details>
  );
}
