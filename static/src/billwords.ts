// What is said of a call that costs money, in all languages, to who pays and to who is paid.

export interface BillWords {
  heading: string;
  perMinute: (price: string) => string;
  video: (price: string) => string;
  once: (price: string) => string;
  freeFirst: (time: string) => string;
  atLeast: (time: string) => string;
  steps: (first: string, next: string) => string;
  sponsored: string;
  notYet: string;
  free: string;
  asksYou: string;
  asksThem: string;
  charged: string;
  paused: (why: string) => string;
  youAccepted: string;
  theyAccepted: string;
  youDeclined: string;
  theyDeclined: string;
  cost: (price: string, time: string) => string;
  costNothing: string;
  soFar: (price: string, time: string) => string;
  freeLeft: (time: string) => string;
  within: (time: string) => string;
  low: (time: string) => string;
  question: (price: string) => string;
  offered: (price: string) => string;
  offersThem: (price: string) => string;
  otherwise: Record<"end" | "free", string>;
  accept: string;
  decline: string;
  parts: string;
  part: (from: string, to: string, what: string) => string;
  at: (what: string, price: string) => string;
  /** What a second was, by its reason. */
  reasons: Record<string, string>;
}

// What comes from elsewhere is set apart, so that it is not drawn into the sentence's direction.
const apart = (what: string) => `\u2068${what}\u2069`;

export const billWords: Record<string, BillWords> = {
  en: {
    heading: "What this call costs",
    perMinute: (price) => `${price} a minute`,
    video: (price) => `${price} a minute with pictures`,
    once: (price) => `${price} once`,
    freeFirst: (time) => `the first ${time} are free`,
    atLeast: (time) => `at least ${time}`,
    steps: (first, next) => `counted in steps of ${first}, then ${next}`,
    sponsored: "Somebody else pays for this call.",
    notYet: "Nothing is charged before somebody answers.",
    free: "Nothing is charged yet.",
    asksYou: "Nothing is charged unless you accept the price.",
    asksThem: "The other side is being asked for the price. Nothing is charged unless they accept it.",
    charged: "This call is being charged.",
    paused: (why) => `Nothing is charged now: ${why}.`,
    youAccepted: "You have accepted the price.",
    theyAccepted: "The other side has accepted the price.",
    youDeclined: "You have not accepted the price, so nothing is charged.",
    theyDeclined: "The other side has not accepted the price, so nothing is charged.",
    cost: (price, time) => `As last counted, this call has cost ${price} for ${time}.`,
    costNothing: "As last counted, this call has cost nothing.",
    soFar: (price, time) => `${price} so far, for ${time}`,
    freeLeft: (time) => `Free for another ${time}`,
    within: (time) => `Please answer within ${time}`,
    low: (time) => `The balance lasts for less than ${time}. Then the call ends.`,
    offered: (price) => `From now on this call is to cost ${price}. Do you accept? Without your yes nothing changes.`,
    offersThem: (price) => `The other side is being asked for another price: ${price}. Without their yes nothing changes.`,
    question: (price) => `Do you accept the price of ${price}?`,
    otherwise: { end: "Without your yes nothing is charged, and the call ends.", free: "Without your yes nothing is charged, and the call goes on." },
    accept: "Accept the price",
    decline: "Decline",
    parts: "What was charged, and what was not",
    part: (from, to, what) => `${from}–${to}: ${what}`,
    at: (what, price) => `${what}, at ${price} a minute`,
    reasons: {
      talk: "talk, charged",
      video: "talk with pictures, charged",
      free: "free time",
      awaiting_acceptance: "the price was being asked for",
      grace: "the price was accepted a moment ago",
      declined: "the price was not accepted",
      waiting: "the other side was not there",
      held: "on hold",
      reconnecting: "a line was lost",
      silent: "no sound came from one side",
      consent: "somebody was asked whether they may be recorded",
      unfunded: "no money was set aside",
    },
  },
  zh: {
    heading: "本次通话的费用",
    perMinute: (price) => `每分钟 ${price}`,
    video: (price) => `有画面时每分钟 ${price}`,
    once: (price) => `一次性 ${price}`,
    freeFirst: (time) => `前${time}免费`,
    atLeast: (time) => `至少按${time}计费`,
    steps: (first, next) => `先按${first}、再按${next}为单位计时`,
    sponsored: "本次通话由他人付款。",
    notYet: "接通之前不收费。",
    free: "目前不收费。",
    asksYou: "您接受价格之前不收费。",
    asksThem: "正在询问对方是否接受价格。对方接受之前不收费。",
    charged: "本次通话正在计费。",
    paused: (why) => `目前不计费：${why}。`,
    youAccepted: "您已接受价格。",
    theyAccepted: "对方已接受价格。",
    youDeclined: "您未接受价格，因此不收费。",
    theyDeclined: "对方未接受价格，因此不收费。",
    cost: (price, time) => `截至最后一次计算，本次通话收费 ${price}，计费时间${time}。`,
    costNothing: "截至最后一次计算，本次通话没有收费。",
    soFar: (price, time) => `目前 ${price}，计费${time}`,
    freeLeft: (time) => `还有${time}免费`,
    within: (time) => `请在${time}内回答`,
    low: (time) => `余额不足以再通话${time}，用完后通话将结束。`,
    offered: (price) => `从现在起，本次通话的价格改为${price}。您接受吗？您不同意则一切不变。`,
    offersThem: (price) => `正在询问对方是否接受另一价格：${price}。对方不同意则一切不变。`,
    question: (price) => `您接受${price}的价格吗？`,
    otherwise: { end: "您不同意则不收费，通话将结束。", free: "您不同意则不收费，通话会继续。" },
    accept: "接受价格",
    decline: "不接受",
    parts: "哪些时间计费，哪些没有",
    part: (from, to, what) => `${from}–${to}：${what}`,
    at: (what, price) => `${what}，每分钟 ${price}`,
    reasons: {
      talk: "通话，计费",
      video: "有画面的通话，计费",
      free: "免费时间",
      awaiting_acceptance: "正在询问是否接受价格",
      grace: "刚刚接受价格",
      declined: "价格未被接受",
      waiting: "对方不在",
      held: "通话保持中",
      reconnecting: "线路中断",
      silent: "一方没有声音",
      consent: "正在询问是否同意录音",
      unfunded: "没有预留款项",
    },
  },
  ar: {
    heading: "كم تكلف هذه المكالمة",
    perMinute: (price) => `${apart(price)} للدقيقة`,
    video: (price) => `${apart(price)} للدقيقة مع صورة`,
    once: (price) => `${apart(price)} مرة واحدة`,
    freeFirst: (time) => `أول ${apart(time)} مجانًا`,
    atLeast: (time) => `${apart(time)} على الأقل`,
    steps: (first, next) => `تُحسب بخطوات من ${apart(first)} ثم ${apart(next)}`,
    sponsored: "يدفع غيرك ثمن هذه المكالمة.",
    notYet: "لا يُحسب شيء قبل أن يجيب أحد.",
    free: "لا يُحسب شيء بعد.",
    asksYou: "لا يُحسب شيء ما لم تقبل السعر.",
    asksThem: "يُسأل الطرف الآخر عن السعر، ولا يُحسب شيء ما لم يقبله.",
    charged: "هذه المكالمة تُحسب الآن.",
    paused: (why) => `لا يُحسب شيء الآن: ${apart(why)}.`,
    youAccepted: "قبلتَ السعر.",
    theyAccepted: "قبل الطرف الآخر السعر.",
    youDeclined: "لم تقبل السعر، فلا يُحسب شيء.",
    theyDeclined: "لم يقبل الطرف الآخر السعر، فلا يُحسب شيء.",
    cost: (price, time) => `بحسب آخر حساب كلفت هذه المكالمة ${apart(price)} عن ${apart(time)}.`,
    costNothing: "بحسب آخر حساب لم تكلف هذه المكالمة شيئًا.",
    soFar: (price, time) => `${apart(price)} حتى الآن، عن ${apart(time)}`,
    freeLeft: (time) => `مجانًا لمدة ${apart(time)} أخرى`,
    within: (time) => `أجب من فضلك خلال ${apart(time)}`,
    low: (time) => `يكفي الرصيد أقل من ${apart(time)}، ثم تنتهي المكالمة.`,
    offered: (price) => `من الآن فصاعدًا يصبح سعر هذه المكالمة ${apart(price)}. هل تقبل؟ دون موافقتك لا يتغير شيء.`,
    offersThem: (price) => `يُسأل الطرف الآخر عن سعر آخر: ${apart(price)}. دون موافقته لا يتغير شيء.`,
    question: (price) => `هل تقبل السعر ${apart(price)}؟`,
    otherwise: { end: "دون موافقتك لا يُحسب شيء وتنتهي المكالمة.", free: "دون موافقتك لا يُحسب شيء وتستمر المكالمة." },
    accept: "أقبل السعر",
    decline: "لا أقبل",
    parts: "ما حُسب وما لم يُحسب",
    part: (from, to, what) => `${apart(from)}–${apart(to)}: ${apart(what)}`,
    at: (what, price) => `${apart(what)}، بسعر ${apart(price)} للدقيقة`,
    reasons: {
      talk: "حديث محسوب",
      video: "حديث مع صورة، محسوب",
      free: "وقت مجاني",
      awaiting_acceptance: "كان السعر يُعرض",
      grace: "قُبل السعر قبل لحظات",
      declined: "لم يُقبل السعر",
      waiting: "لم يكن الطرف الآخر موجودًا",
      held: "قيد الانتظار",
      reconnecting: "انقطع أحد الخطين",
      silent: "لم يصل صوت من أحد الطرفين",
      consent: "كان أحدهم يُسأل عن التسجيل",
      unfunded: "لم يُحجز مال",
    },
  },
};
