// What is said of what a call would cost, before it is made, in all languages.

export interface CostWords {
  heading: string;
  byUse: string;
  asked: string;
  balance: (sum: string) => string;
  lasts: (sum: string, time: string) => string;
  short: (sum: string, needed: string) => string;
  unknown: string;
}

// What comes from elsewhere is set apart, so that it is not drawn into the sentence's direction.
const apart = (what: string) => `\u2068${what}\u2069`;

export const costWords: Record<string, CostWords> = {
  en: {
    heading: "What a call costs",
    byUse: "By calling you accept this price.",
    asked: "You are asked before anything is charged.",
    balance: (sum) => `Your balance is ${sum}.`,
    lasts: (sum, time) => `Your balance of ${sum} lasts for ${time}.`,
    short: (sum, needed) => `Your balance of ${sum} does not cover the beginning, which costs ${needed}.`,
    unknown: "Sign in to pay for this call.",
  },
  zh: {
    heading: "通话的费用",
    byUse: "拨打即表示您接受此价格。",
    asked: "收费之前会先询问您。",
    balance: (sum) => `您的余额为 ${sum}。`,
    lasts: (sum, time) => `您的余额 ${sum} 可通话${time}。`,
    short: (sum, needed) => `您的余额 ${sum} 不足以支付开始部分的 ${needed}。`,
    unknown: "请登录以支付本次通话。",
  },
  ar: {
    heading: "كم تكلف المكالمة",
    byUse: "باتصالك تقبل هذا السعر.",
    asked: "تُسأل قبل أن يُحسب شيء.",
    balance: (sum) => `رصيدك ${apart(sum)}.`,
    lasts: (sum, time) => `رصيدك ${apart(sum)} يكفي لمدة ${apart(time)}.`,
    short: (sum, needed) => `رصيدك ${apart(sum)} لا يغطي البداية التي تكلف ${apart(needed)}.`,
    unknown: "سجّل الدخول لتدفع ثمن هذه المكالمة.",
  },
};
