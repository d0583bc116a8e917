import { useEffect, useState } from "preact/hooks";
import { Calls } from "./calls.tsx";
import { ask, prove, Refusal, remove } from "./client.ts";
import { Deliveries } from "./deliveries.tsx";
import { Events } from "./events.tsx";
import { Login } from "./login.tsx";
import { Records } from "./records.tsx";
import { Trunks } from "./trunks.tsx";
import { chooseMode, type Mode, mode } from "./mode.ts";
import type { Session } from "./wire.ts";

const views = ["calls", "events", "deliveries", "records", "trunks"] as const;
type View = (typeof views)[number];

/** The whole page: a login, then one view at a time, named in the address. */
export function App() {
  const [session, setSession] = useState<Session | null>();

  useEffect(() => {
    ask<Session>("/v1/session").then(
      (found) => {
        prove(found.csrf_token);
        setSession(found);
      },
      (error) => setSession(error instanceof Refusal ? null : undefined),
    );
  }, []);

  if (session === undefined) return <main class="inside" />;
  if (session === null) {
    return (
      <main class="inside">
        <Login onLogin={setSession} />
      </main>
    );
  }
  return <Monitor session={session} onLogout={() => setSession(null)} />;
}

function Monitor({ session, onLogout }: { session: Session; onLogout(): void }) {
  const view = useView();
  const offered = views.filter((name) => name !== "trunks" || session.operator);
  const scope = session.operator ? "?scope=gateway" : "";

  async function logOut() {
    await remove("/v1/session").catch(() => undefined); // it may have ended already
    onLogout();
  }

  return (
    <>
      <header class="top">
        <div class="inside">
          <span class="brand">Monitor</span>
          <nav aria-label="Views">
            {offered.map((name) => (
              <a key={name} href={`#${name}`} {...(name === view ? { "aria-current": "page" as const } : {})}>
                {name[0]?.toUpperCase() + name.slice(1)}
              </a>
            ))}
          </nav>
          <span class="who">
            {session.person.name}, {session.account.name}{" "}
            <select
              aria-label="Mode"
              value={mode()}
              onChange={(event) => {
                chooseMode(event.currentTarget.value as Mode);
                location.reload();
              }}
            >
              <option value="live">Live calls</option>
              <option value="test">Test calls</option>
            </select>{" "}
            <button onClick={logOut}>Log out</button>
          </span>
        </div>
      </header>
      <main class="inside" id="main">
        {view === "calls" && <Calls scope={scope} />}
        {view === "events" && <Events scope={scope} />}
        {view === "deliveries" && <Deliveries />}
        {view === "records" && <Records />}
        {view === "trunks" && <Trunks />}
      </main>
    </>
  );
}

function useView(): View {
  const read = () => views.find((name) => `#${name}` === location.hash) ?? "calls";
  const [view, setView] = useState<View>(read);
  useEffect(() => {
    const change = () => setView(read());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return view;
}
