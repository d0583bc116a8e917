import { useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "../../monitor/client.ts";
import { Notice } from "../../monitor/notice.tsx";
import type { Operation } from "../../wire.ts";
import { nameOf } from "../named.ts";
import { plain } from "../problem.ts";
import { agentIn } from "../who.ts";
import { LaterWhiteboard } from "../whiteboards.tsx";
import { useWords } from "../words.ts";
import { type BoardStep, drawnBy, type Moment } from "./moments.ts";
import type { StoryProps } from "./story.tsx";

interface PastBoardProps extends StoryProps {
  moments: Moment[];
  position: number;
}

/** The whiteboard as it was at a moment of the call. */
export function PastBoard({ call, moments, position, me, colleagues }: PastBoardProps) {
  const words = useWords();
  const [steps, setSteps] = useState<BoardStep[]>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const stopped = new AbortController();
    ask<{ operations: BoardStep[] }>(`/v1/calls/${encodeURIComponent(call)}/whiteboard`, stopped.signal).then(
      ({ operations }) => setSteps(operations),
      (error: unknown) => !stopped.signal.aborted && setFailure(error),
    );
    return () => stopped.abort();
  }, [call, moments.length]);
  const drawn = useMemo(() => drawnBy(steps ?? [], moments, position).map(asSeen), [steps, moments, position, colleagues]);
  if (!steps) return <Notice problem={plain(words, failure)} />;
  return <LaterWhiteboard drawn={drawn} />;

  /** A step as the room told of it. */
  function asSeen({ role, from = "", created_at: at, ...step }: BoardStep): Operation {
    const mine = me !== "" && agentIn(from) === me;
    return { ...step, at, by: mine ? "you" : role, name: role === "agent" && from ? nameOf(from, colleagues) : "" };
  }
}
