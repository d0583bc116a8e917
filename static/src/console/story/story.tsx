import { useEffect, useState } from "preact/hooks";
import { ask, Refusal } from "../../monitor/client.ts";
import { Notice } from "../../monitor/notice.tsx";
import { clock } from "../../timer.ts";
import { nameOf } from "../named.ts";
import { plain, reason } from "../problem.ts";
import type { Colleague } from "../wire.ts";
import { agentIn } from "../who.ts";
import { useSpeech } from "../words.ts";
import { Heard } from "./heard.tsx";
import { hasBoard, isOver, length, type Moment, opens, type Timeline, upTo } from "./moments.ts";
import { PastBoard } from "./pastboard.tsx";
import { Player } from "./player.tsx";
import { useStoryWords } from "./words.ts";

export interface StoryProps {
  call: string;
  /** The agent, whose own doings are theirs. */
  me: string;
  colleagues: Colleague[];
}

/** How often a call that still runs is read again, in ms. */
const again = 3000;

/** A call from its beginning to what was noted of it, to be read, or played again. */
export default function Story({ call, me, colleagues }: StoryProps) {
  const { words } = useSpeech();
  const own = useStoryWords();
  const { moments, failure } = useMoments(call);
  const [position, setPosition] = useState(Infinity);
  if (!moments) return <Notice problem={plain(words, failure)} />;
  if (moments.length === 0) return <p class="quiet">{own.none}</p>;
  const shown = upTo(moments, position).filter(({ kind }) => kind in own.kinds);
  return (
    <>
      <Notice problem={plain(words, failure)} />
      {isOver(moments) && <Heard moments={moments} onMove={setPosition} />}
      {isOver(moments) && <Player length={length(moments)} position={Math.min(position, length(moments))} onMove={setPosition} />}
      <div class="story" role="log" aria-label={own.moments} tabIndex={0}>
        <ol>
          {shown.map((one, i) => (
            <Told key={i} one={one} me={me} colleagues={colleagues} />
          ))}
        </ol>
      </div>
      {hasBoard(moments) && <PastBoard call={call} moments={moments} position={position} me={me} colleagues={colleagues} />}
    </>
  );
}

/** What there is of a call; one that runs is read again and again. */
function useMoments(call: string): { moments: Moment[] | undefined; failure: unknown } {
  const [moments, setMoments] = useState<Moment[]>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const stopped = new AbortController();
    let timer = 0;
    async function read() {
      let over = false;
      try {
        const now = await ask<Timeline>(`/v1/calls/${encodeURIComponent(call)}/timeline`, stopped.signal);
        if (stopped.signal.aborted) return;
        over = isOver(now.moments);
        setMoments(now.moments);
        setFailure(undefined);
      } catch (error) {
        if (stopped.signal.aborted) return;
        setFailure(error);
        over = error instanceof Refusal && error.final;
      }
      if (!over) timer = window.setTimeout(read, again);
    }
    void read();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [call]);
  return { moments, failure };
}

interface ToldProps extends Omit<StoryProps, "call"> {
  one: Moment;
}

/** One moment: when, who, and what. */
function Told({ one, me, colleagues }: ToldProps) {
  const { words } = useSpeech();
  const own = useStoryWords();
  const to = one.to && nameOf(one.to, colleagues);
  const page = opens(one.url);
  const what = own.kinds[one.kind as keyof typeof own.kinds];
  return (
    <li>
      <time dateTime={one.at}>{clock(one.offset_ms / 1000)}</time> <strong dir="auto">{who()}</strong> <span>{what}</span>{" "}
      {to && <bdi>{to}</bdi>}
      {one.disposition_name && (
        <span class="state" dir="auto">
          {one.disposition_name}
        </span>
      )}
      {page && (
        <a href={page} target="_blank" rel="noopener noreferrer" dir="auto">
          {one.title || page}
        </a>
      )}
      {one.file && (
        <a href={`/v1/call_files/${encodeURIComponent(one.file)}`} download={one.text} dir="auto">
          {one.text}
        </a>
      )}
      {(one.reason || one.text) && !one.file && (
        <p class="text" dir="auto">
          {sentence()}
        </p>
      )}
    </li>
  );

  function who(): string {
    const { address = "", kind, role } = one;
    if (role === "site") return own.rule;
    const agent = kind === "wrap_up" ? address : agentIn(address);
    if (agent && agent === me) return words.chat.you;
    return address.startsWith("browser:") && !agent ? words.chat.visitor : nameOf(address, colleagues);
  }

  /** What the gateway says of an end is said in the agent's language, where there are words. */
  function sentence(): string | undefined {
    return one.reason ? reason(words, one.reason, one.text ?? "") : one.text;
  }
}
