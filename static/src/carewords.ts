// What is said of the network during a call, in all languages.

import type { Quality } from "./check/quality.ts";

export type CareWords = Record<keyof Quality | "well", string>;

export const careWords: Record<string, CareWords> = {
  en: {
    well: "Good connection",
    loss: "Your connection is weak: parts of what is said are lost. Go closer to your wireless router, or use a cable.",
    roundTrip: "Your connection is slow: what is said comes late. Let each other finish.",
    jitter: "Your connection is uneven: what is said may have gaps. Go closer to your wireless router, or use a cable.",
  },
  zh: {
    well: "连接良好",
    loss: "您的网络较弱：部分语音会丢失。请靠近无线路由器，或使用网线。",
    roundTrip: "您的网络较慢：声音会延迟。请等对方说完再说。",
    jitter: "您的网络不稳定：声音可能断续。请靠近无线路由器，或使用网线。",
  },
  ar: {
    well: "الاتصال جيد",
    loss: "اتصالك بالشبكة ضعيف: يضيع بعض ما يقال. اقترب من جهاز التوجيه اللاسلكي، أو استخدم كبلًا.",
    roundTrip: "اتصالك بالشبكة بطيء: يصل الكلام متأخرًا. ليدع كل منكما الآخر يكمل كلامه.",
    jitter: "اتصالك بالشبكة غير مستقر: قد يتقطع الكلام. اقترب من جهاز التوجيه اللاسلكي، أو استخدم كبلًا.",
  },
};
