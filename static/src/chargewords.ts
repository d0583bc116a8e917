// What is said of a charge in a call, in all languages, to who pays.

export interface ChargeWords {
  heading: string;
  asks: (price: string, what: string) => string;
  each: (count: string, price: string) => string;
  within: (time: string) => string;
  silence: string;
  accept: string;
  decline: string;
  paid: (price: string, what: string) => string;
  declined: string;
  expired: string;
  failed: string;
  back: (price: string) => string;
}

// What comes from elsewhere is set apart, so that it is not drawn into the sentence's direction.
const apart = (what: string) => `\u2068${what}\u2069`;

export const chargeWords: Record<string, ChargeWords> = {
  en: {
    heading: "What you are asked to pay",
    asks: (price, what) => `You are asked to pay ${price} for: ${apart(what)}`,
    each: (count, price) => `${count} at ${price} each`,
    within: (time) => `Please answer within ${time}`,
    silence: "Without your yes nothing is charged.",
    accept: "Pay",
    decline: "Do not pay",
    paid: (price, what) => `You have paid ${price} for: ${apart(what)}`,
    declined: "You have declined, so nothing is charged.",
    expired: "You were asked to pay and did not answer in time, so nothing is charged.",
    failed: "Your balance does not cover this, so nothing is charged.",
    back: (price) => `${price} of it were given back to you.`,
  },
  zh: {
    heading: "请您支付的款项",
    asks: (price, what) => `请您支付 ${price}，用于：${apart(what)}`,
    each: (count, price) => `${count} 件，每件 ${price}`,
    within: (time) => `请在${time}内回答`,
    silence: "您不同意则不收费。",
    accept: "支付",
    decline: "不支付",
    paid: (price, what) => `您已支付 ${price}，用于：${apart(what)}`,
    declined: "您已拒绝，因此不收费。",
    expired: "您未在规定时间内回答付款请求，因此不收费。",
    failed: "您的余额不足，因此不收费。",
    back: (price) => `其中 ${price} 已退还给您。`,
  },
  ar: {
    heading: "ما يُطلب منك دفعه",
    asks: (price, what) => `يُطلب منك دفع ${apart(price)} مقابل: ${apart(what)}`,
    each: (count, price) => `${apart(count)} بسعر ${apart(price)} للواحد`,
    within: (time) => `أجب من فضلك خلال ${apart(time)}`,
    silence: "دون موافقتك لا يُحسب شيء.",
    accept: "أدفع",
    decline: "لا أدفع",
    paid: (price, what) => `دفعتَ ${apart(price)} مقابل: ${apart(what)}`,
    declined: "رفضتَ، فلا يُحسب شيء.",
    expired: "طُلب منك الدفع ولم تجب في الوقت المحدد، فلا يُحسب شيء.",
    failed: "رصيدك لا يكفي، فلا يُحسب شيء.",
    back: (price) => `أُعيد إليك منها ${apart(price)}.`,
  },
};
