// Every word of the board in English, from which the other languages take their
// shape. They are loaded with the board, by those who run a desk.

export const english = {
  heading: "Supervision",
  views: { now: "Now", past: "Figures" },
  notLive: "News does not come at once: the page asks every few seconds.",

  queues: {
    heading: "Queues",
    none: "There are no queues yet.",
    closed: "closed",
    waiting: "Waiting",
    longest: "Longest wait",
    level: "Answered in time",
    answered: "Answered today",
    abandoned: "Gave up today",
    agents: "Agents free / busy / away",
    well: "All is well",
  },
  alarms: {
    nobody: "Nobody is on duty",
    late: "Somebody waits too long",
    soon: "Somebody waits long",
    low: "Few are answered in time",
    closed: "Closed, and somebody waits",
  },

  waiting: {
    heading: "Who waits",
    none: "Nobody waits.",
    place: (n: string) => `Place ${n}`,
    priority: (n: string) => `Priority ${n}`,
    callback: "is to be called back",
    rings: (who: string) => `rings at ${who}`,
    lead: "Lead…",
    leadOne: (who: string) => `Lead ${who}`,
    toQueue: "To another queue",
    move: "Move",
    toAgent: "To an agent who is free",
    offer: "Ring there",
    noAgent: "Nobody is free",
    end: "End the waiting",
    sure: "Really end it",
    moved: "Moved.",
    offered: "It rings there.",
    ended: "The waiting was ended.",
  },

  agents: {
    heading: "Agents",
    none: "There are no agents yet.",
    with: (who: string) => `with ${who}`,
    from: (queue: string) => `from ${queue}`,
    calls: "in a call",
    listen: "Listen",
    listenTo: (who: string) => `Listen to ${who}`,
    presence: (who: string) => `Presence of ${who}`,
    pages: (n: string) => `pages open: ${n}`,
  },

  past: {
    heading: "What became of callers",
    queue: "Queue",
    all: "All queues",
    by: "By",
    hour: "Hour, today",
    day: "Day, four weeks",
    chart: "Callers",
    table: "The same in figures",
    download: "Download as CSV",
    none: "Nobody called in this time.",
    columns: {
      from: "From",
      offered: "Callers",
      answered: "Answered",
      in_time: "In time",
      called_back: "Called back",
      abandoned: "Gave up",
      voicemails: "Messages",
      other: "Others",
      level: "Service level",
      mean: "Mean wait",
      longest: "Longest wait",
    },
  },
};

export type BoardWords = typeof english;
