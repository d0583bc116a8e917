// Every word of a call's timeline in English, from which the other languages take
// their shape. They are loaded with it. What happened follows who it was of, so it
// is told without a verb that would have to agree with them.

export const english = {
  moments: "What happened in the call",
  none: "Nothing is on record of this call any more.",
  position: "Moment of the call",
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  rule: "The site",

  recording: (length: string) => `Recording, ${length}`,
  silent: "The recording could not be played. It may have been deleted.",
  /** What happened, by its kind; what no language names here is left out. */
  kinds: {
    "call.created": "began the call",
    "call.queued": "waits in a queue",
    "call.ringing": "it rings",
    "call.answered": "answered",
    "call.held": "on hold from here",
    "call.resumed": "off hold again",
    "call.reconnecting": "connection lost",
    "call.reconnected": "connection back",
    "call.ended": "end of the call",
    "leg.joined": "joined",
    "leg.left": "left",
    "leg.quality_warning_raised": "sound gets worse",
    "leg.quality_warning_cleared": "sound is good again",
    "transfer.requested": "transfer to",
    "transfer.consulting": "talk before the transfer",
    "transfer.completed": "handed over",
    "transfer.failed": "transfer failed",
    "transfer.canceled": "transfer taken back",
    "invite.requested": "invitation to join",
    "invite.failed": "nobody joined",
    "queue.callback_requested": "asked to be called back",
    "voicemail.started": "asked for a message",
    "voicemail.left": "message left",
    "voicemail.failed": "message not kept",
    "recording.started": "recording begins",
    "recording.paused": "recording pauses",
    "recording.resumed": "recording goes on",
    "recording.stopped": "recording ends",
    "recording.ready": "recording is ready",
    "recording.failed": "recording failed",
    "recording.deleted": "recording deleted",
    "consent.granted": "agreed to be recorded",
    "consent.declined": "did not agree to be recorded",
    "message.created": "wrote",
    "file.sent": "sent a file",
    "page_push.created": "showed a page",
    "whiteboard.updated": "drew on the whiteboard",
    wrap_up: "noted",
  },
};

export type StoryWords = typeof english;
