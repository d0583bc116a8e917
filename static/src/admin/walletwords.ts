// What is said of wallets, in all languages.

import type { Language } from "../speech.ts";
import { useSpeech } from "./words.ts";

const english = {
  heading: "Wallets",
  explain: "What a customer or a sponsor has paid in and can spend on calls.",
  wallet: "Customer or sponsor",
  walletHint: "The customer's ID on your site, or sponsor: and the sponsor's ID.",
  show: "Show the wallet",
  empty: (who: string) => `Nobody has paid into the wallet of ${who} yet.`,
  holds: (who: string, sum: string) => `${who} has ${sum}.`,
  held: (sum: string) => `Of this, ${sum} are set aside for calls that run.`,
  currency: "Currency",
  statement: "Statement",
  more: "Show older lines",
  save: "Save the statement as CSV",
  file: "statement",
  reasons: {
    top_up: "paid in",
    withdrawal: "paid out",
    talk: "a call",
    charge: "sold in a call",
    refund: "given back",
    fee: "fee",
    payout: "paid to a seller",
    dispute: "disputed",
    promotion: "a present",
    adjustment: "corrected",
  } as Record<string, string>,
  deposit: "Put money in",
  depositHint: "For money that has reached you by a way of your own, such as a bank transfer.",
  amount: "Amount",
  note: "Note",
  noteHint: "For your books.",
  pay: "Put it in",
  payNot: "Do not",
  payAsk: (sum: string, who: string) => `Put ${sum} into the wallet of ${who}?`,
  payExplain: "It can be spent on calls at once.",
  paid: (sum: string) => `${sum} were put in.`,
};

export type WalletWords = typeof english;

const chinese: WalletWords = {
  heading: "钱包",
  explain: "客户或赞助方已存入、可用于通话的金额。",
  wallet: "客户或赞助方",
  walletHint: "客户在您网站上的 ID，或 sponsor: 加赞助方的 ID。",
  show: "查看钱包",
  empty: (who) => `${who} 的钱包还没有存入过款项。`,
  holds: (who, sum) => `${who} 有 ${sum}。`,
  held: (sum) => `其中 ${sum} 已为进行中的通话预留。`,
  currency: "货币",
  statement: "明细",
  more: "显示更早的记录",
  save: "将明细保存为 CSV",
  file: "mingxi",
  reasons: {
    top_up: "存入",
    withdrawal: "取出",
    talk: "通话",
    charge: "通话中购买",
    refund: "退款",
    fee: "手续费",
    payout: "支付给卖方",
    dispute: "争议",
    promotion: "赠送",
    adjustment: "更正",
  },
  deposit: "存入款项",
  depositHint: "用于已通过其他方式（例如银行转账）收到的款项。",
  amount: "金额",
  note: "备注",
  noteHint: "供您记账。",
  pay: "存入",
  payNot: "不存入",
  payAsk: (sum, who) => `将 ${sum} 存入 ${who} 的钱包？`,
  payExplain: "存入后即可用于通话。",
  paid: (sum) => `已存入 ${sum}。`,
};

// What comes from elsewhere is set apart, so that it is not drawn into the sentence's direction.
const apart = (what: string) => `\u2068${what}\u2069`;

const arabic: WalletWords = {
  heading: "المحافظ",
  explain: "ما دفعه عميل أو راعٍ ويمكنه إنفاقه على المكالمات.",
  wallet: "العميل أو الراعي",
  walletHint: "معرّف العميل في موقعك، أو ‎sponsor:‎ يليه معرّف الراعي.",
  show: "عرض المحفظة",
  empty: (who) => `لم يدفع أحد بعد في محفظة ${apart(who)}.`,
  holds: (who, sum) => `لدى ${apart(who)} مبلغ ${apart(sum)}.`,
  held: (sum) => `منه ${apart(sum)} محجوز لمكالمات جارية.`,
  currency: "العملة",
  statement: "كشف الحساب",
  more: "عرض سطور أقدم",
  save: "حفظ الكشف بصيغة CSV",
  file: "kashf",
  reasons: {
    top_up: "إيداع",
    withdrawal: "سحب",
    talk: "مكالمة",
    charge: "بيع أثناء مكالمة",
    refund: "رد",
    fee: "رسم",
    payout: "دفع لبائع",
    dispute: "نزاع",
    promotion: "هدية",
    adjustment: "تصحيح",
  },
  deposit: "إيداع مبلغ",
  depositHint: "لمبلغ وصلك بطريق خاص بك، مثل تحويل مصرفي.",
  amount: "المبلغ",
  note: "ملاحظة",
  noteHint: "لدفاترك.",
  pay: "إيداع",
  payNot: "إلغاء",
  payAsk: (sum, who) => `إيداع ${apart(sum)} في محفظة ${apart(who)}؟`,
  payExplain: "يمكن إنفاقه على المكالمات فورًا.",
  paid: (sum) => `أُودع ${apart(sum)}.`,
};

export const walletWords: Record<Language, WalletWords> = { en: english, zh: chinese, ar: arabic };

export const useWalletWords = (): WalletWords => walletWords[useSpeech().language];
