// Every word of the call core in English, and the shape that the other languages
// have. Theirs are files of their own, which the page loads only where they are
// read.

import type { Recording } from "./callstate.ts";
import type { MicrophoneFault } from "./microphone.ts";
import { toldInEnglish, type Told } from "./told.ts";

export interface CallWords {
  call: string;
  cancel: string;
  hangUp: string;
  mute: string;
  cameraOff: string;
  dialPad: string;
  accept: string;
  reject: string;
  close: string;
  resumeSound: string;
  resumeMicrophone: string;

  title: string;
  numberLabel: string;
  numberHint: string;
  explain: string;
  explainVideo: string;
  keyStar: string;
  keyHash: string;
  digitsSent: string;
  timer: string;
  fallback: (number: string) => string;

  check: string;

  idle: string;
  preparing: string;
  connecting: string;
  ringing: string;
  early_media: string;
  in_call: string;
  held: string;
  reconnecting: string;
  ending: string;
  ended: string;
  incoming: (from: string) => string;
  incomingBrief: string;
  callingBrief: string;
  mutedBrief: string;
  goOnline: string;
  goingOnline: string;
  online: string;
  offline: string;
  muted: string;

  /** In a queue. */
  waiting: string;
  waitingNext: string;
  waitingPlace: (place: string) => string;
  waitingTime: (time: string) => string;
  waitingBrief: string;
  callMeBack: string;
  backLabel: string;
  backExplain: string;
  backCall: string;
  backNot: string;
  asking: string;
  /** Leaving a message. */
  leaveMessage: string;
  done: string;
  voicemail: Record<Recording, string>;
  voicemailBrief: string;
  voicemailTimer: string;

  badNumber: string;
  nowhere: string;
  unknownCaller: string;
  visitor: string;
  write: string;
  writing: string;
  writingBrief: string;
  talk: string;
  endWriting: string;
  askedToTalk: string;
  talkKept: string;
  wroteLast: string;
  hungUp: string;
  canceled: string;
  rejected: string;
  connectionLost: string;
  unreachable: string;
  takenOver: string;
  tooLarge: string;
  notJustNow: string;
  notFromHere: string;
  noSound: string;
  promised: (number: string) => string;
  notPromised: string;
  backNotThere: string;
  microphoneInterrupted: string;
  microphone: Record<MicrophoneFault, string>;
  told: Told;
}

/** What the telephone itself says, wherever it stands. */
export type PhoneWords = Pick<
  CallWords,
  | "hungUp"
  | "wroteLast"
  | "talkKept"
  | "askedToTalk"
  | "canceled"
  | "rejected"
  | "connectionLost"
  | "unreachable"
  | "takenOver"
  | "tooLarge"
  | "notJustNow"
  | "notFromHere"
  | "noSound"
  | "promised"
  | "notPromised"
  | "backNotThere"
  | "microphoneInterrupted"
  | "microphone"
  | "told"
>;

export const english: CallWords = {
  call: "Call",
  cancel: "Cancel",
  hangUp: "Hang up",
  mute: "Mute",
  cameraOff: "Camera off",
  dialPad: "Dial pad",
  accept: "Accept",
  reject: "Reject",
  close: "Close",
  resumeSound: "Turn sound on",
  resumeMicrophone: "Turn microphone on",

  title: "Call from this page",
  numberLabel: "Telephone number",
  numberHint: "With country code, such as +1\u00a0555\u00a0010\u00a00101",
  explain: "You talk through this page. When you press Call, your browser asks whether it may use your microphone.",
  explainVideo: "You talk through this page. When you press Call, your browser asks whether it may use your microphone and camera.",
  keyStar: "Star",
  keyHash: "Hash",
  digitsSent: "Digits sent",
  timer: "Duration of the call",
  fallback: (number) => `Call ${number} from a telephone`,

  check: "Check before you call",

  idle: "",
  preparing: "Waiting for your microphone. Allow it when your browser asks.",
  connecting: "Connecting…",
  ringing: "Ringing…",
  early_media: "You can already hear the other side. The call is not answered yet.",
  in_call: "In call",
  held: "On hold. The other side will be back.",
  reconnecting: "The connection is lost. Reconnecting…",
  ending: "Ending the call…",
  ended: "The call has ended.",
  incoming: (from) => `Incoming call from ${from}`,
  incomingBrief: "Incoming call",
  callingBrief: "Calling…",
  mutedBrief: "muted",
  goOnline: "Take calls",
  goingOnline: "Connecting to take calls…",
  online: "Ready for calls. This page rings when somebody calls.",
  offline: "Not ready for calls.",
  muted: "You are muted.",

  waiting: "You are in line. Somebody will be with you.",
  waitingNext: "You are next in line.",
  waitingPlace: (place) => `You are number ${place} in line.`,
  waitingTime: (time) => `About ${time} to go.`,
  waitingBrief: "In line",
  callMeBack: "Call me back",
  backLabel: "Your telephone number",
  backExplain: "You keep your place in line. When it is your turn, we call this number, and you need not wait here.",
  backCall: "Call me at this number",
  backNot: "Keep waiting here",
  asking: "Asking whether we can call you back…",
  leaveMessage: "Leave a message",
  done: "Done",
  voicemail: {
    greeting: "You can leave a message. Speak after the tone.",
    recording: "Speak now. Your message is being recorded.",
    saving: "Your message is being saved…",
    kept: "Your message was left. Thank you.",
  },
  voicemailBrief: "Recording",
  voicemailTimer: "Length of your message",

  badNumber: "This is not a complete telephone number. Write it with its country code, such as +1\u00a0555\u00a0010\u00a00101.",
  nowhere: "Write the number to call.",
  unknownCaller: "an unknown number",
  visitor: "a visitor of the site",
  write: "Write to us",
  writing: "You are writing with us.",
  writingBrief: "Writing",
  talk: "Talk",
  endWriting: "End",
  askedToTalk: "They would like to talk to you. Press Talk, or write on.",
  talkKept: "A telephone in this call cannot read: the sound stays.",
  wroteLast: "You ended the conversation.",
  hungUp: "You ended the call.",
  canceled: "You canceled the call.",
  rejected: "You rejected the call.",
  connectionLost: "The connection was lost for too long, and the call has ended.",
  unreachable: "The call service cannot be reached from here. Check your connection, then call again.",
  takenOver: "The call was taken up in another window.",
  tooLarge: "This page sends too much along with a call. Only the site can change this.",
  notJustNow: "Calls from this page do not work just now.",
  notFromHere: "This number cannot be called from this page.",
  noSound: "Sound cannot get through this network. Try another network, or use a telephone.",
  promised: (number) => `We will call ${number} as soon as it is your turn.`,
  notPromised: "We cannot call you back: too many people are waiting for that already. You keep your place in line.",
  backNotThere: "We cannot call this number. Write another one, or keep waiting.",
  microphoneInterrupted: "Your microphone was interrupted. The other side cannot hear you.",
  microphone: {
    insecure_page:
      "This page was opened without HTTPS, and browsers give the microphone to secure pages only. " +
      "Open the page with an address that starts with https://.",
    unsupported_browser: "This browser cannot make calls. Use a current Chrome, Edge, Firefox or Safari.",
    microphone_blocked:
      "This site's settings keep the microphone off on this page, so your browser did not ask you. " +
      "Only the site can change this.",
    microphone_refused:
      "The microphone is not allowed for this page. Allow it in your browser, at the icon beside the address, then call again.",
    no_microphone: "No microphone was found. Connect one, then call again.",
    microphone_busy: "Another program is using the microphone. Close it, then call again.",
    microphone_failed: "The microphone could not be started. Reload the page, then call again.",
  },
  told: toldInEnglish,
};
