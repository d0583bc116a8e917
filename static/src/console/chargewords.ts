// What is said of a charge in a call, in all languages, to who sells.

export interface SellWords {
  heading: string;
  what: string;
  price: string;
  currency: string;
  quantity: string;
  ask: string;
  badPrice: string;
  badQuantity: string;
  badWhat: string;
  asked: (price: string) => string;
  paid: (price: string) => string;
  declined: (price: string) => string;
  expired: (price: string) => string;
  failed: (price: string) => string;
  back: (price: string) => string;
  giveBack: string;
  giveBackSurely: string;
  earned: (price: string) => string;
  held: (price: string) => string;
  past: string;
}

// What comes from elsewhere is set apart, so that it is not drawn into the sentence's direction.
const apart = (what: string) => `\u2068${what}\u2069`;

export const sellWords: Record<string, SellWords> = {
  en: {
    heading: "Charge for something",
    what: "What for",
    price: "Price of one",
    currency: "Currency (three letters)",
    quantity: "How many",
    ask: "Ask the customer to pay",
    badPrice: "Write a price above zero, such as 12.50.",
    badQuantity: "Write how many, from 1 to 9999.",
    badWhat: "Write what it is for: the customer reads it.",
    asked: (price) => `The customer is being asked to pay ${price}.`,
    paid: (price) => `The customer has paid ${price}.`,
    declined: (price) => `The customer declined to pay ${price}. Nothing was charged.`,
    expired: (price) => `The customer did not answer in time whether they pay ${price}. Nothing was charged.`,
    failed: (price) => `The customer's balance does not cover ${price}. Nothing was charged.`,
    back: (price) => `${price} were given back to the customer.`,
    giveBack: "Give it back",
    giveBackSurely: "Yes, give all of it back",
    earned: (price) => `You have earned ${price} that you were not paid yet.`,
    held: (price) => `${price} of it are being paid.`,
    past: "What you charged for last",
  },
  zh: {
    heading: "收取款项",
    what: "用途",
    price: "单价",
    currency: "货币（三个字母）",
    quantity: "数量",
    ask: "请客户付款",
    badPrice: "请填写大于零的价格，例如 12.50。",
    badQuantity: "请填写 1 到 9999 之间的数量。",
    badWhat: "请填写用途：客户会看到。",
    asked: (price) => `正在请客户支付 ${price}。`,
    paid: (price) => `客户已支付 ${price}。`,
    declined: (price) => `客户拒绝支付 ${price}。没有收费。`,
    expired: (price) => `客户未在规定时间内回答是否支付 ${price}。没有收费。`,
    failed: (price) => `客户的余额不足以支付 ${price}。没有收费。`,
    back: (price) => `已退还客户 ${price}。`,
    giveBack: "退款",
    giveBackSurely: "是的，全部退还",
    earned: (price) => `您有 ${price} 的收入尚未支付给您。`,
    held: (price) => `其中 ${price} 正在支付。`,
    past: "您最近收取的款项",
  },
  ar: {
    heading: "طلب دفع",
    what: "مقابل ماذا",
    price: "سعر الواحد",
    currency: "العملة (ثلاثة أحرف)",
    quantity: "العدد",
    ask: "اطلب من العميل الدفع",
    badPrice: "اكتب سعرًا أكبر من الصفر، مثل 12.50.",
    badQuantity: "اكتب العدد، من 1 إلى 9999.",
    badWhat: "اكتب مقابل ماذا: يقرأه العميل.",
    asked: (price) => `يُطلب من العميل دفع ${apart(price)}.`,
    paid: (price) => `دفع العميل ${apart(price)}.`,
    declined: (price) => `رفض العميل دفع ${apart(price)}، فلم يُحسب شيء.`,
    expired: (price) => `لم يجب العميل في الوقت المحدد عن دفع ${apart(price)}، فلم يُحسب شيء.`,
    failed: (price) => `رصيد العميل لا يكفي لدفع ${apart(price)}، فلم يُحسب شيء.`,
    back: (price) => `أُعيد إلى العميل ${apart(price)}.`,
    giveBack: "إعادة المبلغ",
    giveBackSurely: "نعم، إعادة المبلغ كله",
    earned: (price) => `كسبتَ ${apart(price)} لم تُدفع لك بعد.`,
    held: (price) => `${apart(price)} منها قيد الدفع.`,
    past: "آخر ما طلبتَ دفعه",
  },
};
