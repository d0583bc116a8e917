import { useCallback, useEffect, useState } from "preact/hooks";
import { ask, onLoggedOut, prove, Refusal, remove } from "../monitor/client.ts";
import { chooseMode, type Mode, mode } from "../monitor/mode.ts";
import { Notice } from "../monitor/notice.tsx";
import type { Session } from "../monitor/wire.ts";
import { type Place, usePlace } from "./address.ts";
import { Ask } from "./ask.tsx";
import { kinds, maySee, type Reader, StockContext, useLists } from "./lists.ts";
import { Login } from "./login.tsx";
import { guardWindow, leave, onLeaving } from "./unsaved.ts";
import { ViewOf } from "./view.tsx";
import { LanguageChoice, plain, Spoken, useWords } from "./words.ts";

/** The whole page, in the language that its reader reads. */
export function App() {
  return (
    <Spoken>
      <Door />
      <Leaving />
    </Spoken>
  );
}

/** Lets in who is logged in, and asks everybody else to. */
function Door() {
  const words = useWords();
  const [session, setSession] = useState<Reader | null>();
  const [problem, setProblem] = useState("");

  const logIn = useCallback((found: Session) => {
    prove(found.csrf_token);
    setProblem("");
    setSession(found as Reader);
  }, []);

  const look = useCallback(async () => {
    try {
      logIn(await ask<Session>("/v1/session"));
    } catch (error) {
      if (error instanceof Refusal && error.final) return setSession(null);
      setProblem(plain(words, error)); // nobody knows yet whether somebody is logged in
      setTimeout(look, 3000);
    }
  }, []);

  useEffect(() => void look(), []);
  useEffect(() => guardWindow(), []);
  useEffect(() => {
    onLoggedOut(() => {
      setProblem(words.login.ended);
      setSession(null);
    });
  }, [words]);

  async function logOut() {
    await remove("/v1/session").catch(() => undefined); // it may have ended already
    setSession(null);
  }

  if (session) return <Office reader={session} onLogout={() => leave(() => void logOut())} />;
  return (
    <main class="inside" id="main" tabIndex={-1}>
      {session === null ? <Login before={problem} onLogin={logIn} /> : <Notice problem={problem} />}
    </main>
  );
}

function Office({ reader, onLogout }: { reader: Reader; onLogout(): void }) {
  const words = useWords();
  const [chosen, setChosen] = useState(mode());

  function choose(list: HTMLSelectElement) {
    const mode = list.value as Mode;
    list.value = chosen; // until nothing is in the way
    leave(() => {
      chooseMode(mode);
      setChosen(mode);
    });
  }

  return (
    <>
      <header class="top">
        <div class="inside">
          <span class="brand">{words.title}</span>
          <div class="who">
            <span class="name" dir="auto">
              {reader.person.name}
            </span>
            <select aria-label={words.mode} value={chosen} onChange={(event) => choose(event.currentTarget)}>
              <option value="live">{words.live}</option>
              <option value="test">{words.test}</option>
            </select>
            <LanguageChoice />
            <button type="button" onClick={onLogout}>
              {words.logOut}
            </button>
          </div>
        </div>
      </header>
      <Rooms key={chosen} reader={reader} />
    </>
  );
}

/** All views of one mode. */
function Rooms({ reader }: { reader: Reader }) {
  const words = useWords();
  const stock = useLists(reader);
  const here = usePlace();
  const offered = kinds.filter((kind) => maySee(reader, kind));
  const current = (place: Place) => (place.view === here.view ? { "aria-current": "page" as const } : {});
  return (
    <StockContext.Provider value={stock}>
      <div class="inside rooms">
        <nav aria-label={words.views}>
          {(["start", ...offered] as const).map((view) => (
            <a key={view} href={`#${view}`} {...current({ view, one: "" })}>
              {view === "start" ? words.start.name : words.kinds[view].many}
            </a>
          ))}
        </nav>
        <main id="main" tabIndex={-1}>
          <Notice problem={stock.problem ? plain(words, stock.problem) : ""} />
          {stock.ready && <ViewOf place={here} />}
        </main>
      </div>
    </StockContext.Provider>
  );
}

/** Asks whoever leaves with something unsaved. */
function Leaving() {
  const words = useWords();
  const [then, setThen] = useState<() => void>();
  useEffect(() => {
    onLeaving((go) => setThen(() => go));
    return () => onLeaving(undefined);
  }, []);
  if (!then) return null;
  function answer(yes: boolean) {
    const go = then;
    setThen(undefined);
    if (yes) go?.();
  }
  return (
    <Ask question={words.leaveAsk} yes={words.leave} no={words.stay} onYes={() => answer(true)} onNo={() => answer(false)}>
      <p>{words.leaveExplain}</p>
    </Ask>
  );
}
