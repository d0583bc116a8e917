// What a visitor reads of a recording, in all languages. The questions are what consent is
// on record for: call.ConsentText changes with them.

export type RecordWords = Record<"name" | "asked" | "yes" | "no" | "on" | "paused" | "off" | "declined" | "agreed" | "stop", string>;

export const recordWords: Record<string, RecordWords> = {
  en: {
    name: "Recording",
    asked: "May we record this call? You can talk without a recording, too.",
    yes: "Yes, you may record",
    no: "No, do not record",
    on: "This call is recorded.",
    paused: "The recording is paused.",
    off: "This call is not recorded.",
    declined: "Nothing is recorded, because somebody in the call has not agreed.",
    agreed: "You have agreed to a recording. Nothing is recorded at the moment.",
    stop: "Do not record me any more",
  },
  zh: {
    name: "录音",
    asked: "我们可以对本次通话录音吗？不录音也可以通话。",
    yes: "可以录音",
    no: "请不要录音",
    on: "本次通话正在录音。",
    paused: "录音已暂停。",
    off: "本次通话未录音。",
    declined: "通话中有人不同意，因此没有录音。",
    agreed: "您已同意录音。目前没有录音。",
    stop: "不要再录我的声音",
  },
  ar: {
    name: "التسجيل",
    asked: "هل تسمح لنا بتسجيل هذه المكالمة؟ يمكنك الحديث دون تسجيل أيضًا.",
    yes: "نعم، يمكنكم التسجيل",
    no: "لا، دون تسجيل",
    on: "هذه المكالمة مسجَّلة.",
    paused: "التسجيل متوقف مؤقتًا.",
    off: "هذه المكالمة غير مسجَّلة.",
    declined: "لا يُسجَّل شيء، لأن أحد المشاركين لم يوافق.",
    agreed: "وافقتَ على التسجيل. لا يُسجَّل شيء الآن.",
    stop: "أوقفوا تسجيلي",
  },
};
