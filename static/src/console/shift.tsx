import { useEffect, useRef, useState } from "preact/hooks";
import { active } from "../callstate.ts";
import { gatewayTime } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { usePages, usePolled } from "../monitor/polled.ts";
import type { CallRecord, List, Session } from "../monitor/wire.ts";
import { CallCard, partnerOf } from "./callcard.tsx";
import { Chat } from "./chat.tsx";
import { Colleagues } from "./colleagues.tsx";
import { Dial } from "./dial.tsx";
import { History } from "./history.tsx";
import { LanguageChoice } from "./language.tsx";
import { LetterList, lettersPath } from "./letters.tsx";
import { lastLook, looked, missedSince } from "./past.ts";
import { type Presence, takesCalls } from "./presence.ts";
import { endWrapUp, PresenceChoice, usePresence } from "./presence.tsx";
import { useOptional } from "./optional.ts";
import { ShowPage } from "./showpage.tsx";
import { BesideWhiteboard } from "./whiteboards.tsx";
import { Setup } from "./setup.tsx";
import { Supervision, supervises } from "./supervision.tsx";
import { type Action, keep, type Keys, keys, meant } from "./shortcuts.ts";
import { VoicemailList, voicemailsPath } from "./voicemails.tsx";
import type { AtWork, Colleague, Letters, Voicemails } from "./wire.ts";
import { plain } from "./problem.ts";
import { useSpeech, useWords, type Words } from "./words.ts";
import { type Now, Workplace } from "./workplace.ts";
import { type Picked, WrapUps, type WrapUpsProps } from "./wrapups.tsx";

type View = "history" | "voicemails" | "letters" | "colleagues" | "setup";

/** The address of the board within the page. */
const boardPlace = "#supervise";

const views: View[] = ["history", "voicemails", "letters", "colleagues", "setup"];

/** An agent at work: the call, and beside it what one looks things up in. */
export function Shift({ session, onLogout }: { session: Session; onLogout(): void }) {
  const words = useWords();
  const [place, now] = useWorkplace(words);
  const [view, setView] = useState<View>("history");
  const [bound, setBound] = useState<Keys>(keys);
  const [open, setOpen] = useState("");
  const [board, setBoard] = useState(location.hash === boardPlace);
  const people = usePolled<List<Colleague>>("/v1/session/colleagues", 30_000);
  const colleagues = people.value?.data ?? [];
  const presence = usePresence();
  const calls = usePages<CallRecord>("/v1/session/calls?limit=25", view === "history" ? 5000 : 15_000);
  const voicemails = useOptional<Voicemails>(voicemailsPath, 5000);
  const letters = useOptional<Letters>(lettersPath, 5000);
  const [picked, setPicked] = useState<Picked>();
  const missed = useMissed(calls.value ?? [], now.me, view === "history");
  const news: Partial<Record<View, number>> = { history: missed, voicemails: voicemails.value?.unheard ?? 0, letters: letters.value?.waiting ?? 0 };
  const agents = useOptional<List<AtWork>>(view === "colleagues" || open === "transfer" || open === "invite" ? "/v1/agents?limit=100" : "", 5000);

  useShortcuts(bound, (action) => {
    if (action === "transfer") return setOpen((before) => (before === "transfer" ? "" : "transfer"));
    if (action === "notes") return (document.getElementById(`notes-${now.model.call}`) ?? document.querySelector<HTMLElement>(".notes .first"))?.focus();
    if (action === "chat") return document.getElementById("chat")?.focus();
    if (action === "dial") return document.getElementById("dial")?.focus();
    act(place, now, action);
  });

  function supervise(on: boolean) {
    history.replaceState(null, "", on ? boardPlace : location.pathname + location.search);
    setBoard(on);
  }

  function rebound(changed: Keys) {
    keep(changed);
    setBound(changed);
  }

  const supervising = board && supervises(session.person.role);
  const why = whyNoCall(words, now);
  const busy = why !== "";
  return (
    <>
      <header class="top">
        <div class="inside">
          <span class="brand">{words.title}</span>
          <Line now={now} presence={presence.value} />
          <PresenceChoice now={presence} />
          <div class="who">
            <span class="name">{session.person.name}</span>
            <LanguageChoice />
            {supervises(session.person.role) && (
              <button type="button" aria-expanded={board} onClick={() => supervise(!board)}>
                {board ? words.superviseClose : words.supervise}
              </button>
            )}
            <button type="button" onClick={onLogout}>
              {words.logOut}
            </button>
          </div>
        </div>
      </header>
      <main class={supervising ? "inside shift supervising" : "inside shift"} id="main" tabIndex={-1}>
        <div class="desk">
          <Notice problem={now.barred} />
          {now.elsewhere && <p class="note">{words.elsewhere(now.elsewhere.with)}</p>}
          {now.quiet && (
            <p class="note">
              {words.quiet} <button type="button">{words.quietButton}</button>
            </p>
          )}
          <CallCard place={place} now={now} presence={presence.value} colleagues={colleagues} agents={agents.value?.data ?? []} bound={bound} open={open} onOpen={setOpen} />
          {!now.closed && <Chat talk={place.talk} now={now.talk} parcels={place.parcels} going={now.parcels} running={active(now.model.phase)} shortcut={bound.chat} />}
          {!now.closed && <BesideWhiteboard through={place.whiteboard} now={now.talk} running={active(now.model.phase)} />}
          {!now.closed && <ShowPage push={place.push} pushing={now.pushing} now={now.talk} talking={now.model.phase === "in_call"} />}
          {now.me && (
            <WrapUps
              me={now.me}
              {...written(now, presence.value, partnerOf(words, now.model, colleagues))}
              picked={picked}
              shortcut={bound.notes}
              onSaved={calls.again}
              onDone={() => endWrapUp(presence)}
            />
          )}
          <Dial colleagues={colleagues} why={why} shortcut={bound.dial} onCall={(to) => place.call(to)} />
        </div>
        {supervising && <Supervision me={now.me} colleagues={colleagues} busy={busy} onListen={(call) => place.listen(call)} />}
        <div class="side">
          <div class="tabs" role="group" aria-label={words.title}>
            {views
              .filter((name) => (name !== "voicemails" || voicemails.value) && (name !== "letters" || letters.value))
              .map((name) => (
                <ViewButton key={name} name={name} news={news[name]} pressed={name === view} onPress={() => setView(name)} />
              ))}
          </div>
          {view === "history" && <History me={now.me} calls={calls} colleagues={colleagues} disabled={busy} onCall={(to) => place.call(to)} onWrite={setPicked} />}
          {view === "voicemails" && (
            <VoicemailList now={voicemails} colleagues={colleagues} deletes={session.rights.includes("records:erase")} disabled={busy} onCall={(to) => place.call(to)} />
          )}
          {view === "letters" && (
            <LetterList now={letters} deletes={session.rights.includes("records:erase")} disabled={busy} onCall={(to) => place.call(to)} />
          )}
          {view === "colleagues" && <Colleagues colleagues={colleagues} agents={agents.value?.data ?? []} problem={plain(words, people.failure)} disabled={busy} onCall={(to) => place.call(to)} />}
          {view === "setup" && <Setup place={place} bound={bound} onBound={rebound} disabled={busy} />}
        </div>
      </main>
    </>
  );
}

/** Why the agent cannot call anybody now; empty while they can. */
function whyNoCall(words: Words, { barred, model }: Now): string {
  if (barred) return words.dial.why.barred;
  if (active(model.phase)) return words.dial.why.inCall;
  return model.online === "yes" ? "" : words.dial.why.offline;
}

/** Which call the agent writes about: the one there is or was, else the one that they wrap up. */
function written({ model }: Now, presence: Presence | undefined, partner: string): Pick<WrapUpsProps, "current" | "who" | "at" | "latest" | "wrapping"> {
  const wrapping = presence?.presence === "wrap_up" ? (presence.call ?? "") : "";
  const latest = model.call || wrapping;
  if (model.call && model.answeredAt > 0) return { current: model.call, who: partner, at: model.answeredAt, latest, wrapping };
  return { current: active(model.phase) ? "" : wrapping, who: "", at: 0, latest, wrapping };
}

/** How many calls were missed that the agent has not seen yet. */
function useMissed(calls: CallRecord[], me: string, seen: boolean): number {
  useEffect(() => {
    if (seen && me && !document.hidden) looked(me, gatewayTime());
  });
  return seen || !me ? 0 : missedSince(calls, me, lastLook(me));
}

/** A view's button, with how many things are new there. */
function ViewButton({ name, news, pressed, onPress }: { name: View; news?: number | undefined; pressed: boolean; onPress(): void }) {
  const { words, language } = useSpeech();
  const shown = new Intl.NumberFormat(language).format(news ?? 0);
  const says = name === "history" ? words.history.missedBadge : name === "letters" ? words.letters.badge : words.voicemails.badge;
  return (
    <button type="button" aria-pressed={pressed} aria-description={news ? says(shown) : undefined} onClick={onPress}>
      {words.views[name]} {news ? <span class="badge">{shown}</span> : ""}
    </button>
  );
}

/** Whether calls reach this page. */
function Line({ now, presence }: { now: Now; presence: Presence | undefined }) {
  const words = useWords();
  const state = lineOf(now);
  const says = state === "ready" && !takesCalls(presence) ? words.line.connected : words.line[state];
  return (
    <p class={`state line ${state}`} role="status">
      {now.barred ? "" : says}
    </p>
  );
}

/** Only what was there before is lost: who has just come connects. */
function lineOf({ barred, model: { online, linkLost } }: Now): "ready" | "connecting" | "lost" {
  if (barred || linkLost || online === "no") return "lost";
  return online === "yes" ? "ready" : "connecting";
}

/** What a key does, while it means anything. */
function act(place: Workplace, { model: { phase } }: Now, action: Action): void {
  if (action === "answer" && phase === "incoming") place.answer();
  if (action === "reject" && phase === "incoming") place.reject();
  if (action === "hangUp" && active(phase) && phase !== "incoming") place.hangUp();
  if (action === "mute") place.mute();
  if (action === "hold") place.hold();
}

/** One workplace as long as the page is shown, and what it has to show. */
function useWorkplace(words: Words): [Workplace, Now] {
  const spoken = useRef(words);
  spoken.current = words;
  const [place] = useState(() => new Workplace(() => spoken.current, document.getElementById("sound") as HTMLAudioElement));
  const [now, setNow] = useState(place.now);
  useEffect(() => {
    const forget = place.subscribe(() => setNow(place.now));
    void place.begin();
    return () => {
      forget();
      place.leave();
    };
  }, [place]);
  return [place, now];
}

function useShortcuts(bound: Keys, run: (action: Action) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = meant(bound, event);
      if (!action) return;
      event.preventDefault();
      latest.current(action);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [bound]);
}
