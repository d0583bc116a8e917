import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { ask, onLoggedOut, prove, Refusal, remove } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import type { Session } from "../monitor/wire.ts";
import { Login } from "./login.tsx";
import { plain } from "./problem.ts";
import { Shift } from "./shift.tsx";
import { catalogue, keepLanguage, type Language, preferred, rightToLeft, SpeechContext, useWords } from "./words.ts";

/** The whole page, in the language that the agent reads. */
export function App() {
  const [language, setLanguage] = useState<Language>(preferred);
  const words = catalogue[language];
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = rightToLeft.has(language) ? "rtl" : "ltr";
    document.title = `${words.title} – Webtrunk`;
    const skip = document.querySelector(".skip");
    if (skip) skip.textContent = words.skip;
  }, [language]);
  function choose(chosen: Language) {
    keepLanguage(chosen);
    setLanguage(chosen);
  }
  return (
    <SpeechContext.Provider value={{ words, language, choose }}>
      <Door />
    </SpeechContext.Provider>
  );
}

/** Lets in who is logged in, and asks everybody else to. */
function Door() {
  const words = useWords();
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
      setProblem(plain(words, error)); // nobody knows yet whether somebody is logged in
      setTimeout(look, 3000);
    }
  }, []);

  useEffect(() => void look(), []);
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

  if (session) return <Shift session={session} onLogout={logOut} />;
  return (
    <main class="inside" id="main" tabIndex={-1}>
      {session === null ? <Login before={problem} onLogin={logIn} /> : <Notice problem={problem} />}
    </main>
  );
}
