// How well a network carries a call, from the statistics of a connection, and from when
// on a person hears it.

export interface Quality {
  /** Milliseconds to the gateway and back. */
  roundTrip: number | undefined;
  /** By how many milliseconds packets come more or less apart than they were sent. */
  jitter: number | undefined;
  /** Of the packets, from 0 to 1. */
  loss: number | undefined;
}

/** More than this is heard: as gaps, or as talking into each other's words. */
export const limits = { roundTrip: 400, jitter: 30, loss: 0.03 } as const;

/** What is over its limit. */
export function judge(quality: Quality): (keyof Quality)[] {
  return (["loss", "roundTrip", "jitter"] as const).filter((name) => (quality[name] ?? 0) > limits[name]);
}

/** The few numbers that are read, as browsers name them. */
interface Numbers {
  type: string;
  kind?: string;
  state?: string;
  nominated?: boolean;
  currentRoundTripTime?: number;
  packetsReceived?: number;
  packetsLost?: number;
  packetsSent?: number;
  jitter?: number;
}

/** What statistics say, since those before. Loss is that of the worse direction. */
export function measured(now: RTCStatsReport, before?: RTCStatsReport): Quality {
  const [later, earlier] = [read(now), read(before)];
  const received = later.received - earlier.received;
  const lost = Math.max(0, later.lost - earlier.lost);
  const here = received + lost > 0 ? lost / (received + lost) : later.sent > earlier.sent + fewest ? 1 : undefined;
  const sent = later.sent - earlier.sent;
  const there = sent > 0 ? Math.max(0, later.farLost - earlier.farLost) / sent : 0;
  const loss = here === undefined ? undefined : Math.min(1, Math.max(here, there));
  return { roundTrip: later.roundTrip, jitter: received > 0 ? later.jitter : undefined, loss };
}

/** After so many packets something must have come back. */
const fewest = 50;

function read(report: RTCStatsReport | undefined) {
  const all = { received: 0, lost: 0, sent: 0, jitter: undefined as number | undefined, roundTrip: undefined as number | undefined, farLost: 0 };
  for (const stats of (report?.values() ?? []) as Iterable<Numbers>) {
    if (stats.type === "candidate-pair" && stats.nominated && stats.state === "succeeded") all.roundTrip = inMilliseconds(stats.currentRoundTripTime);
    if (stats.kind !== "audio") continue;
    if (stats.type === "outbound-rtp") all.sent += stats.packetsSent ?? 0;
    if (stats.type === "remote-inbound-rtp") all.farLost += stats.packetsLost ?? 0;
    if (stats.type !== "inbound-rtp") continue;
    all.received += stats.packetsReceived ?? 0;
    all.lost += stats.packetsLost ?? 0;
    all.jitter = inMilliseconds(stats.jitter);
  }
  return all;
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}
