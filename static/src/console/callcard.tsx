import { useEffect, useState } from "preact/hooks";
import { active, shown } from "../callstate.ts";
import { duration, type Model } from "../model.ts";
import { clock } from "../timer.ts";
import { Parts } from "./beside.tsx";
import { Facts } from "./facts.tsx";
import { HandOver, Moved } from "./handover.tsx";
import { Keypad } from "./keypad.tsx";
import { Parties } from "./parties.tsx";
import { reason } from "./problem.ts";
import { type Action, type Keys, label, spoken } from "./shortcuts.ts";
import { nameOf } from "./named.ts";
import { agentIn, who } from "./who.ts";
import type { Colleague } from "./wire.ts";
import { useWords, type Words } from "./words.ts";
import type { Now, Workplace } from "./workplace.ts";

interface CardProps {
  place: Workplace;
  now: Now;
  colleagues: Colleague[];
  bound: Keys;
  /** Which drawer of the call is open: transfer, invite, keypad. */
  open: string;
  onOpen(open: string): void;
}

/** The call there is, or the last one. */
export function CallCard({ place, now, colleagues, bound, open, onOpen }: CardProps) {
  const words = useWords();
  const { model } = now;
  const running = active(model.phase);
  const talking = model.phase === "in_call";
  const beside = now.beside !== "" && now.beside === model.call;
  const partner = partnerOf(words, model, colleagues);
  const key = (action: Action) => ({ title: label(bound[action]), "aria-keyshortcuts": spoken(bound[action]) });

  useEffect(() => {
    if (!talking) onOpen("");
  }, [talking]);

  function toggle(drawer: string) {
    onOpen(open === drawer ? "" : drawer);
  }

  return (
    <section class={`card call ${model.phase}`} aria-labelledby="call-title">
      <h1 id="call-title" tabIndex={-1}>
        {model.phase === "ended" ? `${words.lastCall}: ${partner}` : running ? partner : words.line.ready}
      </h1>
      <p role="status" class="progress">
        {progress(words, now, partner)}
      </p>
      {model.answeredAt > 0 && running && <Timer model={model} />}
      <div role="alert" class="problem">
        {troubles(words, now).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {running && (
        <div class="buttons">
          {model.phase === "incoming" && (
            <button type="button" class="go" onClick={() => place.answer()} {...key("answer")}>
              {words.answer}
            </button>
          )}
          {model.phase === "incoming" && (
            <button type="button" class="danger" onClick={() => place.reject()} {...key("reject")}>
              {words.reject}
            </button>
          )}
          {talking && beside && (
            <button type="button" aria-pressed={model.muted} onClick={() => place.mute()} {...key("mute")}>
              {words.mute}
            </button>
          )}
          {talking && !beside && (
            <>
              <button type="button" aria-pressed={model.muted} onClick={() => place.mute()} {...key("mute")}>
                {words.mute}
              </button>
              <button type="button" aria-pressed={now.holds} aria-disabled={now.moving !== undefined} onClick={() => place.hold()} {...key("hold")}>
                {words.hold}
              </button>
              <button type="button" aria-expanded={open === "keypad"} onClick={() => toggle("keypad")}>
                {words.keypad}
              </button>
              <button type="button" aria-expanded={open === "transfer"} aria-disabled={now.moving !== undefined} onClick={() => !now.moving && toggle("transfer")} {...key("transfer")}>
                {words.transfer}
              </button>
              <button type="button" aria-expanded={open === "invite"} aria-disabled={now.moving !== undefined} onClick={() => !now.moving && toggle("invite")}>
                {words.add}
              </button>
            </>
          )}
          {model.phase !== "incoming" && (
            <button type="button" class="danger" onClick={() => place.hangUp()} {...key("hangUp")}>
              {beside ? words.beside.leave : words.hangUp}
            </button>
          )}
          {model.soundOff && (
            <button type="button" onClick={() => place.playSound()}>
              {words.soundOn}
            </button>
          )}
          {model.microphoneOff && (
            <button type="button" onClick={() => place.retakeMicrophone()}>
              {words.microphoneOn}
            </button>
          )}
        </div>
      )}
      <Moved place={place} now={now} colleagues={colleagues} />
      {talking && beside && <Parts call={model.call} me={now.me} colleagues={colleagues} />}
      {talking && !beside && (open === "transfer" || open === "invite") && !now.moving && (
        <HandOver key={open} what={open} place={place} colleagues={colleagues.filter(({ address }) => agentIn(address) !== agentIn(model.from))} onDone={() => onOpen("")} />
      )}
      {talking && open === "keypad" && <Keypad sent={model.digits} onPress={(digit) => place.press(digit)} />}
      {talking && model.call && <Parties call={model.call} me={now.me} colleagues={colleagues} />}
      {model.phase !== "idle" && <Facts from={model.from} metadata={model.metadata} />}
    </section>
  );
}

function Timer({ model }: { model: Model }) {
  const words = useWords();
  const [, setTick] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setTick((tick) => tick + 1), 1000);
    return () => clearInterval(ticking);
  }, []);
  return (
    <p class="timer" role="timer" aria-label={words.timer}>
      {clock(duration(model))}
    </p>
  );
}

/** Whom the call is with, as a person would say it. */
export function partnerOf(words: Words, model: Model, colleagues: Colleague[]): string {
  const { from, to, metadata } = model;
  if (!from) return nameOf(to, colleagues);
  const caller = who(from, metadata).name;
  return caller || (agentIn(from) ? nameOf(from, colleagues) : words.visitor);
}

function progress(words: Words, now: Now, partner: string): string {
  const { model } = now;
  if (model.ending) return words.ending;
  switch (shown(model)) {
    case "idle":
      return words.noCall;
    case "preparing":
      return words.preparing;
    case "connecting":
      return model.from ? words.connecting : words.calling(partner);
    case "waiting":
      return words.waits(partner);
    case "voicemail":
      return words.leavesMessage(partner);
    case "ringing":
      return words.rings(partner);
    case "early_media":
      return words.early;
    case "incoming":
      return words.incoming(partner);
    case "reconnecting":
      return words.reconnecting;
    case "held":
      return words.held;
    case "ended":
      return reason(words, model.reason, model.message);
    case "in_call":
      return [now.holds ? words.holding(partner) : now.beside === model.call ? words.beside.hearing(partner) : words.talking(partner), model.muted ? words.muted : ""].filter(Boolean).join(" ");
  }
}

function troubles(words: Words, { model, failure }: Now): string[] {
  const why = failure && reason(words, failure.reason, failure.message);
  const failed = failure && why !== undefined ? [(failure.what === "invite" ? words.invite : words.handOver).failed(why)] : [];
  return [...new Set([...model.alert, ...failed])];
}
