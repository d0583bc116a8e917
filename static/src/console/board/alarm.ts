// How well a queue does, in one of three steps, each with its reason: a colour
// alone tells nobody anything who cannot see it.

export type Step = "well" | "watch" | "alarm";

export type Reason = "nobody" | "late" | "soon" | "low" | "closed";

export interface Alarm {
  step: Step;
  /** Empty while all is well. */
  reasons: Reason[];
}

export interface State {
  open: boolean;
  waiting: number;
  /** Seconds that one of them has waited. */
  longest: number;
  available: number;
  busy: number;
  answered: number;
  abandoned: number;
  /** The part answered in time; undefined while nobody was. */
  level: number | undefined;
}

/** The usual aim: four callers of five within the queue's time. Under three of five is bad. */
const aim = 0.8;
const bad = 0.6;

/** Under so many callers a part says nothing yet. */
const enough = 5;

/** within is how many seconds an answer may take to be in time. */
export function alarm(queue: State, within: number): Alarm {
  const steps: Partial<Record<Reason, Step>> = {};
  if (queue.waiting > 0 && queue.available + queue.busy === 0) steps.nobody = "alarm";
  if (queue.waiting > 0 && queue.longest > within) steps.late = "alarm";
  else if (queue.waiting > 0 && queue.longest > within / 2) steps.soon = "watch";
  const level = queue.answered + queue.abandoned >= enough ? (queue.level ?? 1) : 1;
  if (level < aim) steps.low = level < bad ? "alarm" : "watch";
  if (!queue.open && queue.waiting > 0) steps.closed = "watch";
  const reasons = Object.keys(steps) as Reason[];
  const all = Object.values(steps);
  return { step: all.includes("alarm") ? "alarm" : all.includes("watch") ? "watch" : "well", reasons };
}
