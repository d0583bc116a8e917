import { useCallback, useEffect, useState } from "preact/hooks";
import { Calls } from "./calls.tsx";
import { ask, onLoggedOut, prove, Refusal, remove, sentence } from "./client.ts";
import { Deliveries } from "./deliveries.tsx";
import { Events } from "./events.tsx";
import { Login } from "./login.tsx";
import { chooseMode, type Mode, mode } from "./mode.ts";
import { Notice } from "./notice.tsx";
import { Records } from "./records.tsx";
import { Trunks } from "./trunks.tsx";
import { type View, views } from "./views.ts";
import type { Session } from "./wire.ts";

/** The whole page: a login, then one view at a time, named in the address. */
export function App() {
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState("");

  const logIn = useCallback((found: Session) => {
    prove(found.csrf_token);
    setProblem("");
    setSession(found);
  }, []);

  const look = useCallback(async () => {
    try {
      logIn(await ask<Session>("/v1/session"));
    } catch (error) {
      if (error instanceof Refusal && error.final) return setSession(null);
      setProblem(sentence(error)); // nobody knows yet whether somebody is logged in
      setTimeout(look, 3000);
    }
  }, []);

  useEffect(() => {
    onLoggedOut(() => {
      setProblem("Your login has ended. Log in again.");
      setSession(null);
    });
    void look();
  }, []);

  if (session) return <Monitor session={session} onLogout={() => setSession(null)} />;
  return (
    <main class="inside" id="main" tabIndex={-1}>
      {session === null ? <Login before={problem} onLogin={logIn} /> : <Notice problem={problem} />}
    </main>
  );
}

function Monitor({ session, onLogout }: { session: Session; onLogout(): void }) {
  const offered = views.filter((name) => name !== "trunks" || session.operator);
  const view = useView(offered);
  const [chosen, setChosen] = useState(mode());

  useEffect(() => {
    document.title = `${title(view)} – Monitor – Webtrunk`;
  }, [view]);

  async function logOut() {
    await remove("/v1/session").catch(() => undefined); // it may have ended already
    document.title = "Monitor – Webtrunk";
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
          <span class="brand">Monitor</span>
          <nav aria-label="Views">
            {offered.map((name) => (
              <a key={name} href={`#${name}`} {...(name === view ? { "aria-current": "page" as const } : {})}>
                {title(name)}
              </a>
            ))}
          </nav>
          <div class="who">
            <span class="name">{session.person.name}</span>
            <select aria-label="Mode" value={chosen} onChange={(event) => choose(event.currentTarget.value as Mode)}>
              <option value="live">Live calls</option>
              <option value="test">Test calls</option>
            </select>
            <button type="button" onClick={logOut}>
              Log out
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

function title(view: View): string {
  return view.charAt(0).toUpperCase() + view.slice(1);
}

/** The view that the address names; an address that names none, such as the skip link's, changes nothing. */
function useView(offered: readonly View[]): View {
  const [view, setView] = useState<View>(() => named(offered) ?? "calls");
  useEffect(() => {
    const change = () => setView((before) => named(offered) ?? before);
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return view;
}

function named(offered: readonly View[]): View | undefined {
  return offered.find((name) => `#${name}` === location.hash);
}
