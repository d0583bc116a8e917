// Every word that the widget says. One catalogue a language; a language that
// is not here falls back to English. The launcher's few words stand apart, so
// that the page loads the others only with the first call.

import type { MicrophoneFault } from "./microphone.ts";

export interface LauncherWords {
  call: string;
  hide: (label: string) => string;
  show: (label: string) => string;
  notLoaded: string;
}

export interface CallWords {
  call: string;
  cancel: string;
  hangUp: string;
  mute: string;
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
  keyStar: string;
  keyHash: string;
  digitsSent: string;
  timer: string;
  fallback: (number: string) => string;

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

  badNumber: string;
  nowhere: string;
  unknownCaller: string;
  visitor: string;
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
  microphoneInterrupted: string;
  microphone: Record<MicrophoneFault, string>;
}

const launcherEnglish: LauncherWords = {
  call: "Call",
  hide: (label) => `${label} – hide`,
  show: (label) => `${label} – show`,
  notLoaded: "The call could not be loaded. Check your connection, reload the page and try again.",
};

const english: CallWords = {
  call: "Call",
  cancel: "Cancel",
  hangUp: "Hang up",
  mute: "Mute",
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
  keyStar: "Star",
  keyHash: "Hash",
  digitsSent: "Digits sent",
  timer: "Duration of the call",
  fallback: (number) => `Call ${number} from a telephone`,

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

  badNumber: "This is not a complete telephone number. Write it with its country code, such as +1\u00a0555\u00a0010\u00a00101.",
  nowhere: "Write the number to call.",
  unknownCaller: "an unknown number",
  visitor: "a visitor of the site",
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
};

const launcherCatalogues: Record<string, LauncherWords> = { en: launcherEnglish };
const callCatalogues: Record<string, CallWords> = { en: english };

function choose<T>(from: Record<string, T>, lang: string, otherwise: T): T {
  const tag = lang.toLowerCase();
  return from[tag] ?? from[tag.split("-")[0] ?? ""] ?? otherwise;
}

export function launcherWords(lang: string): LauncherWords {
  return choose(launcherCatalogues, lang, launcherEnglish);
}

export function callWords(lang: string): CallWords {
  return choose(callCatalogues, lang, english);
}
