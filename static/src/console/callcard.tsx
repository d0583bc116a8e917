import { useEffect, useRef, useState } from "preact/hooks";
import { active, shown } from "../callstate.ts";
import { duration, idle, type Model } from "../model.ts";
import { usePolled } from "../monitor/polled.ts";
import type { LiveCall } from "../monitor/wire.ts";
import { clock } from "../timer.ts";
import { Parts } from "./beside.tsx";
import { LaterBill } from "./bills.tsx";
import { LaterCharge } from "./charges.tsx";
import { LaterOffer } from "./offers.tsx";
import { asker, known } from "./consult.ts";
import { useHeldFocus } from "./heldfocus.ts";
import { Facts } from "./facts.tsx";
import { HandOver, howFar, Moved } from "./handover.tsx";
import { Keypad } from "./keypad.tsx";
import { Parties } from "./parties.tsx";
import { reason } from "./problem.ts";
import { type Presence, takesCalls } from "./presence.ts";
import { type Action, type Keys, label, spoken } from "./shortcuts.ts";
import { nameOf } from "./named.ts";
import { Taped } from "./taped.tsx";
import { agentIn, askedBy, who } from "./who.ts";
import type { AtWork, Colleague } from "./wire.ts";
import { useWords, type Words } from "./words.ts";
import type { Now, Workplace } from "./workplace.ts";

interface CardProps {
  place: Workplace;
  now: Now;
  /** What the agent is doing; undefined for who is in no queue. */
  presence: Presence | undefined;
  colleagues: Colleague[];
  agents: AtWork[];
  bound: Keys;
  /** Which drawer of the call is open: transfer, invite, keypad. */
  open: string;
  onOpen(open: string): void;
}

/** The call there is, or the last one. */
export function CallCard({ place, now: given, presence, colleagues, agents, bound, open, onOpen }: CardProps) {
  const words = useWords();
  const now = given.closed ? { ...given, model: idle(), failure: undefined } : given;
  const { model } = now;
  const card = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useHeldFocus(card, title);
  const running = active(model.phase);
  const talking = model.phase === "in_call";
  const beside = now.beside !== "" && now.beside === model.call;
  const polled = usePolled<LiveCall>(running && model.call ? `/v1/calls/${encodeURIComponent(model.call)}` : "", 1000);
  const call = polled.value?.id === model.call ? polled.value : undefined;
  useEffect(() => polled.again(), [model.phase, now.moving?.state]); // it has just changed: who waits for the clock reads what was
  const asks = takenBack(model) || asker(call, model.metadata, now.me, colleagues);
  const settling = now.moving !== undefined || asks !== ""; // one transfer runs at a time
  const key = (action: Action) => ({ title: label(bound[action]), "aria-keyshortcuts": spoken(bound[action]) });

  useEffect(() => {
    if (!talking) onOpen("");
  }, [talking]);

  function close() {
    place.close();
    title.current?.focus(); // the button goes
  }

  useEffect(() => {
    if (running && model.phase !== "incoming") title.current?.scrollIntoView({ block: "nearest" });
  }, [running, talking]);

  /** Escape closes what is open, and leaves the focus where it was opened. */
  function shut(event: KeyboardEvent) {
    if (event.key !== "Escape" || !open || event.defaultPrevented) return;
    const opener = card.current?.querySelector<HTMLElement>("[aria-expanded=true]");
    onOpen("");
    opener?.focus();
  }

  function toggle(drawer: string) {
    onOpen(open === drawer ? "" : drawer);
  }

  return (
    <section class={`card call ${model.phase}`} aria-labelledby="call-title" ref={card} onKeyDown={shut}>
      <h1 id="call-title" tabIndex={-1} ref={title}>
        {model.phase === "ended" ? (
          <>
            {words.lastCall}: <bdi>{asks || partnerOf(words, model, colleagues)}</bdi>
          </>
        ) : running ? (
          asks || partnerOf(words, model, colleagues, true)
        ) : (
          idleness(words, presence).state
        )}
      </h1>
      <p role="status" class="progress">
        {model.phase === "idle" ? idleness(words, presence).says : progress(words, now, asks, colleagues)}
      </p>
      {model.answeredAt > 0 && running && !model.written && <Timer model={model} />}
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
          {talking && beside && !model.written && (
            <Mute place={place} model={model} keys={key("mute")} />
          )}
          {talking && model.written && (
            <button type="button" onClick={() => place.speak()}>
              {words.writing.talk}
            </button>
          )}
          {talking && !beside && !model.written && (
            <>
              <Mute place={place} model={model} keys={key("mute")} />
              <button type="button" class={now.holds ? "on" : ""} aria-disabled={now.moving !== undefined} onClick={() => place.hold()} {...key("hold")}>
                {now.holds ? words.resume : words.hold}
              </button>
              <button type="button" aria-expanded={open === "keypad"} onClick={() => toggle("keypad")}>
                {words.keypad}
              </button>
            </>
          )}
          {talking && !beside && (
            <>
              {!model.written && now.talk.others > 0 && (
                <button type="button" aria-disabled={settling} onClick={() => !settling && place.writeOn()}>
                  {words.writing.only}
                </button>
              )}
              <button type="button" aria-expanded={open === "transfer"} aria-disabled={settling} onClick={() => !settling && toggle("transfer")} {...key("transfer")}>
                {words.transfer}
              </button>
              <button type="button" aria-expanded={open === "invite"} aria-disabled={settling} onClick={() => !settling && toggle("invite")}>
                {words.add}
              </button>
            </>
          )}
          {model.phase !== "incoming" && (
            <button type="button" class="danger" onClick={() => place.hangUp()} {...key("hangUp")}>
              {beside ? words.beside.leave : model.written ? words.writing.end : words.hangUp}
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
      {model.phase === "ended" && (
        <div class="buttons">
          <button type="button" aria-label={words.closeLast} onClick={close}>
            {words.close}
          </button>
        </div>
      )}
      <Moved place={place} now={now} />
      {talking && !model.written && call?.legs.some(({ written, state }) => written && state === "connected") && <p class="note">{words.writing.asked(partnerOf(words, model, colleagues))}</p>}
      {talking && now.recorded && <Taped place={place} now={now.recorded} />}
      {now.bill && model.phase !== "idle" && <LaterBill place={place} bill={now.bill} running={running} />}
      {(talking && !beside || now.charge) && model.call && <LaterCharge call={model.call} charge={now.charge} talking={talking} />}
      {talking && !beside && model.from && (now.bill ? !now.bill.pays && !now.bill.sponsored : model.metadata["identity.sub"]) && <LaterOffer key={model.call} call={model.call} terms={now.bill?.terms} />}
      {talking && beside && <Parts call={model.call} me={now.me} colleagues={colleagues} />}
      {talking && !beside && (open === "transfer" || open === "invite") && !settling && (
        <HandOver key={open} what={open} place={place} colleagues={colleagues.filter(({ address }) => agentIn(address) !== agentIn(model.from))} agents={agents} written={model.written} onDone={() => onOpen("")} />
      )}
      {talking && open === "keypad" && <Keypad sent={model.digits} onPress={(digit) => place.press(digit)} />}
      {talking && call && <Parties call={call} me={now.me} colleagues={colleagues} />}
      {model.phase !== "idle" && <Facts from={model.from} metadata={known(call, model.metadata)} />}
    </section>
  );
}

/** Says what pressing it does: its name follows the state, so it is no toggle to those who hear it read. */
function Mute({ place, model, keys }: { place: Workplace; model: Model; keys: { title: string; "aria-keyshortcuts": string } }) {
  const words = useWords();
  return (
    <button type="button" class={model.muted ? "on" : ""} onClick={() => place.mute()} {...keys}>
      {model.muted ? words.unmute : words.mute}
    </button>
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

/** Whom the call is with, as a person would say it, within a sentence or at its beginning. */
export function partnerOf(words: Words, model: Model, colleagues: Colleague[], begins = false): string {
  const { from, to, metadata } = model;
  if (!from) return nameOf(to, colleagues);
  const caller = who(from, metadata).name;
  return caller || (agentIn(from) ? nameOf(from, colleagues) : begins ? words.aVisitor : words.visitor);
}

/** Which colleague no longer asks: they have gone back to the call that they asked about. */
function takenBack({ phase, reason, metadata }: Model): string {
  return phase === "ended" && reason === "canceled" ? (metadata[askedBy] ?? "") : "";
}

/** What an agent without a call is, and what that means for calls. */
function idleness(words: Words, presence: Presence | undefined): { state: string; says: string } {
  if (!presence || takesCalls(presence)) return { state: words.line.ready, says: words.noCall };
  return { state: words.presence[presence.presence], says: words.idle[presence.presence] ?? words.noCall };
}

function progress(words: Words, now: Now, asks: string, colleagues: Colleague[]): string {
  const { model } = now;
  const partner = partnerOf(words, model, colleagues);
  if (model.ending) return words.ending;
  switch (shown(model)) {
    case "idle":
      return "";
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
      return asks ? words.consult.asks(asks, partner) : model.written ? words.writing.incoming(partner) : words.incoming(partner);
    case "reconnecting":
      return words.reconnecting;
    case "held":
      return words.held;
    case "ended":
      return asks && takenBack(model) ? words.consult.over(asks) : reason(words, model.reason, model.message);
    case "in_call":
      return [withWhom(words, now, asks, colleagues), model.muted ? words.muted : ""].filter(Boolean).join(" · ");
  }
}

/** Whom an agent talks to, and who does not hear it. */
function withWhom(words: Words, now: Now, asks: string, colleagues: Colleague[]): string {
  const { model, moving } = now;
  const [within, begins] = [partnerOf(words, model, colleagues), partnerOf(words, model, colleagues, true)];
  if (moving) return howFar(words, moving, begins, colleagues);
  if (now.holds) return words.holding(asks || begins);
  if (asks) return words.consult.asks(asks, within);
  if (model.written) return words.writing.with(within);
  return now.beside === model.call ? words.beside.hearing(within) : words.talking(within);
}

function troubles(words: Words, { model, failure }: Now): string[] {
  const why = failure && reason(words, failure.reason, failure.message);
  const failed = failure && why !== undefined ? [(failure.what === "invite" ? words.invite : words.handOver).failed(why)] : [];
  return [...new Set([...model.alert, ...failed])];
}
