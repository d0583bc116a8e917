import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Calls } from "./calls.tsx";
import { ask, onLoggedOut, prove, Refusal, remove } from "./client.ts";
import { Deliveries } from "./deliveries.tsx";
import { Events } from "./events.tsx";
import { Login } from "./login.tsx";
import { chooseMode, type Mode, mode } from "./mode.ts";
import { Notice } from "./notice.tsx";
import { Records } from "./records.tsx";
import { Trunks } from "./trunks.tsx";
import { type View, views } from "./views.ts";
import type { Session } from "./wire.ts";
import { LanguageChoice, plain, Spoken, useSpeech, useWords } from "./words.ts";

/** The whole page, in the language that its reader reads. */
export function App() {
  return (
    <Spoken>
      <Door />
    </Spoken>
  );
}

/** A login, then one view at a time, named in the address. */
function Door() {
  const words = useWords();
  const [session, setSession] = useState<Session | null>();
  const [ended, setEnded] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const logIn = useCallback((found: Session) => {
    prove(found.csrf_token);
    setFailure(undefined);
    setEnded(false);
    setSession(found);
  }, []);

  const look = useCallback(async () => {
    try {
      logIn(await ask<Session>("/v1/session"));
    } catch (error) {
      if (error instanceof Refusal && error.final) return setSession(null);
      setFailure(error); // nobody knows yet whether somebody is logged in
      setTimeout(look, 3000);
    }
  }, []);

  useEffect(() => {
    onLoggedOut(() => {
      setEnded(true);
      setSession(null);
    });
    void look();
  }, []);

  if (session) return <Monitor session={session} onLogout={() => setSession(null)} />;
  const problem = ended ? words.login.ended : plain(words, failure);
  return (
    <main class="inside" id="main" tabIndex={-1}>
      {session === null ? <Login before={problem} onLogin={logIn} /> : <Notice problem={problem} />}
    </main>
  );
}

function Monitor({ session, onLogout }: { session: Session; onLogout(): void }) {
  const { words, language } = useSpeech();
  const offered = views.filter((name) => name !== "trunks" || session.operator);
  const view = useView(offered);
  const [chosen, setChosen] = useState(mode());

  useEffect(() => {
    document.title = `${words.views[view]} – ${words.title} – Webtrunk`;
  }, [view, language]);

  async function logOut() {
    await remove("/v1/session").catch(() => undefined); // it may have ended already
    document.title = `${words.title} – Webtrunk`;
    onLogout();
  }

  function choose(mode: Mode) {
    chooseMode(mode);
    setChosen(mode);
  }

  return (
    <>
      <header class="top">
        <div class="inside">
          <span class="brand">{words.title}</span>
          <nav aria-label={words.viewsLabel}>
            {offered.map((name) => (
              <a key={name} href={`#${name}`} {...(name === view ? { "aria-current": "page" as const } : {})}>
                {words.views[name]}
              </a>
            ))}
          </nav>
          <div class="who">
            <span class="name" dir="auto">
              {session.person.name}
            </span>
            <select aria-label={words.mode} value={chosen} onChange={(event) => choose(event.currentTarget.value as Mode)}>
              <option value="live">{words.live}</option>
              <option value="test">{words.test}</option>
            </select>
            <LanguageChoice />
            <button type="button" onClick={logOut}>
              {words.logOut}
            </button>
          </div>
        </div>
      </header>
      <main class="inside" id="main" tabIndex={-1} key={chosen}>
        {view === "calls" && <Calls operator={session.operator} />}
        {view === "events" && <Events operator={session.operator} />}
        {view === "deliveries" && <Deliveries />}
        {view === "records" && <Records />}
        {view === "trunks" && <Trunks />}
      </main>
    </>
  );
}

/** The view that the address names; an address that names none, such as the skip link's, changes nothing. */
function useView(offered: readonly View[]): View {
  const [view, setView] = useState<View>(() => named(offered) ?? "calls");
  // At once: an address that changed between drawing and listening would be missed.
  useLayoutEffect(() => {
    const change = () => setView((before) => named(offered) ?? before);
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return view;
}

function named(offered: readonly View[]): View | undefined {
  return offered.find((name) => `#${name}` === location.hash);
}
