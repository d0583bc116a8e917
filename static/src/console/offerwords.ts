// What is said where an agent asks for a price during a call, in all languages.

export interface OfferWords {
  heading: string;
  explain: string;
  perMinute: string;
  currency: string;
  free: string;
  minimum: string;
  ask: string;
}

export const offerWords = {
  en: {
    heading: "Ask to charge",
    explain: "The other side is asked for this price, and nothing is charged without their yes.",
    perMinute: "A minute costs",
    currency: "Currency, in three letters",
    free: "Seconds that stay free",
    minimum: "Seconds that are charged at least",
    ask: "Ask for this price",
  },
  zh: {
    heading: "请求收费",
    explain: "系统会询问对方是否接受此价格；对方同意之前不收费。",
    perMinute: "每分钟价格",
    currency: "货币（三个字母）",
    free: "继续免费的秒数",
    minimum: "至少计费的秒数",
    ask: "询问此价格",
  },
  ar: {
    heading: "طلب مقابل",
    explain: "يُسأل الطرف الآخر عن هذا السعر، ولا يُحسب شيء دون موافقته.",
    perMinute: "سعر الدقيقة",
    currency: "العملة بثلاثة أحرف",
    free: "ثوانٍ تبقى مجانية",
    minimum: "ثوانٍ تُحسب على الأقل",
    ask: "اطلب هذا السعر",
  },
} satisfies Record<"en" | "zh" | "ar", OfferWords>;
