import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, onLoggedOut, prove, Refusal, remove, tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { Home } from "./home.tsx";
import { takeLink } from "./link.ts";
import { ChoosePassword, SignIn } from "./signin.tsx";
import type { Me } from "./wire.ts";
import { LanguageChoice, plain, Spoken, useWords } from "./words.ts";

/** The whole page, in the language that its reader reads. */
export function App() {
  return (
    <Spoken>
      <Door />
    </Spoken>
  );
}

/** Lets in who is signed in or has a link that signs in, and asks everybody else to. */
function Door() {
  const words = useWords();
  const [link, setLink] = useState(takeLink);
  const [me, setMe] = useState<Me | null>();
  const [said, setSaid] = useState<"" | "ended" | "unsigned" | "chosen">("");
  const [failure, setFailure] = useState<unknown>();
  const inside = useRef(false);

  const enter = useCallback((found: Me) => {
    prove(found.csrf_token);
    inside.current = true;
    setFailure(undefined);
    setSaid("");
    setMe(found);
  }, []);

  const look = useCallback(async () => {
    try {
      enter(link.token ? await tell<Me>("/v1/me/session", { client_token: link.token }) : await ask<Me>("/v1/me"));
    } catch (error) {
      if (error instanceof Refusal && error.final) {
        if (link.token) setSaid("unsigned");
        return setMe(null);
      }
      setFailure(error); // nobody knows yet whether somebody is signed in
      setTimeout(look, 3000);
    }
  }, []);

  useEffect(() => {
    onLoggedOut(() => {
      if (!inside.current) return; // they never were
      inside.current = false;
      setSaid("ended");
      setMe(null);
    });
    if (!link.ticket) void look();
  }, []);

  async function signOut() {
    inside.current = false;
    await remove("/v1/me/session").catch(() => undefined); // it may have ended already
    setMe(null);
  }

  if (me) return <Home me={me} link={link} onChange={setMe} onSignOut={() => void signOut()} />;
  const { signIn, choose } = words;
  const before = { "": plain(words, failure), ended: signIn.ended, unsigned: signIn.unsigned, chosen: "" }[said];
  const done = said === "chosen" ? (link.key ? choose.done : choose.doneElsewhere) : "";
  return (
    <main class="inside" id="main" tabIndex={-1}>
      {link.ticket && (
        <ChoosePassword
          ticket={link.ticket}
          onDone={() => {
            setLink({ ...link, ticket: "" });
            setSaid("chosen");
            setMe(null);
          }}
        />
      )}
      {!link.ticket && me === null && <SignIn accountKey={link.key} before={before} done={done} onSignIn={enter} />}
      {!link.ticket && me === undefined && <Notice problem={before} />}
      <p>
        <LanguageChoice />
      </p>
    </main>
  );
}
