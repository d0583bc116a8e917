// The words of the chat, in all languages: they are few, and whoever opens a chat
// has waited for a file already.

import { type Counted, counted } from "./plural.ts";

export interface ChatWords {
  chat: string;
  unread: Counted;
  log: string;
  you: string;
  agent: string;
  visitor: string;
  label: string;
  send: string;
  sending: string;
  again: string;
  read: string;
  typing: (who: string) => string;
  alone: string;
  over: string;
  /** Nobody has come yet, and what is written is read by who does. */
  first: string;
  only: string;
  board: string;
  boardFailed: string;
  /** Why something was not sent, by the gateway's code. */
  refused: Record<string, string>;
  refusedElse: string;
  attach: string;
  fetch: (name: string) => string;
  drop: (name: string) => string;
  remove: string;
  /** Why a file was not sent. */
  notSent: Record<"unfit" | "full" | "failed", string>;
}

const english: ChatWords = {
  chat: "Chat",
  unread: counted("en", { one: "# new message", other: "# new messages" }),
  log: "Messages",
  you: "You",
  agent: "The other side",
  visitor: "Visitor",
  label: "Your message",
  send: "Send",
  sending: "Sending…",
  again: "Send again",
  read: "Read",
  typing: (who) => `${who}: writing…`,
  alone: "Nobody else can read this now.",
  only: "End the sound, write on",
  first: "Write already: whoever comes reads it.",
  over: "The call has ended, and so has the chat.",
  board: "Whiteboard",
  boardFailed: "The whiteboard could not be loaded. Press again.",
  refused: {
    rate_limited: "Not sent: that was too much at once.",
    room_full: "Not sent: this chat is full.",
    busy_gateway: "Not sent: it could not be kept just now.",
    over: "Not sent before the call ended.",
  },
  refusedElse: "Not sent: this text cannot be taken.",
  attach: "Send a file",
  fetch: (name) => `Save the file ${name}`,
  drop: (name) => `Remove ${name}`,
  remove: "Remove",
  notSent: {
    unfit: "Not sent: the file is too large, of a kind that is not taken here, or not what its name says.",
    full: "Not sent: no more files can be sent in this call.",
    failed: "Not sent. Try again.",
  },
};

const chinese: ChatWords = {
  chat: "聊天",
  unread: counted("zh", { other: "# 条新消息" }),
  log: "消息",
  you: "您",
  agent: "对方",
  visitor: "访客",
  label: "您的消息",
  send: "发送",
  sending: "正在发送…",
  again: "重新发送",
  read: "已读",
  typing: (who) => `${who}正在输入…`,
  alone: "现在没有其他人能看到这里的内容。",
  only: "结束语音，继续打字",
  first: "现在就可以写：接待您的人会看到。",
  over: "通话已结束，聊天也已结束。",
  board: "白板",
  boardFailed: "无法加载白板，请再按一次。",
  refused: {
    rate_limited: "未发送：一次发送得太多。",
    room_full: "未发送：聊天内容已满。",
    busy_gateway: "未发送：暂时无法保存。",
    over: "通话结束前未能发送。",
  },
  refusedElse: "未发送：无法接受这段文字。",
  attach: "发送文件",
  fetch: (name) => `保存文件 ${name}`,
  drop: (name) => `移除 ${name}`,
  remove: "移除",
  notSent: {
    unfit: "未发送：文件过大、类型不被接受，或与其名称不符。",
    full: "未发送：此通话中不能再发送文件。",
    failed: "未发送。请再试一次。",
  },
};

const arabic: ChatWords = {
  chat: "الدردشة",
  unread: counted("ar", {
    zero: "لا رسائل جديدة",
    one: "رسالة جديدة واحدة",
    two: "رسالتان جديدتان",
    few: "# رسائل جديدة",
    many: "# رسالة جديدة",
    other: "# رسالة جديدة",
  }),
  log: "الرسائل",
  you: "أنت",
  agent: "الطرف الآخر",
  visitor: "الزائر",
  label: "رسالتك",
  send: "إرسال",
  sending: "جارٍ الإرسال…",
  again: "إعادة الإرسال",
  read: "قُرئت",
  typing: (who) => `\u2068${who}\u2069: يكتب الآن…`,
  alone: "لا يمكن لأحد غيرك قراءة هذا الآن.",
  only: "إنهاء الصوت ومواصلة الكتابة",
  first: "يمكنك الكتابة الآن: سيقرؤها من يجيبك.",
  over: "انتهت المكالمة، وانتهت معها الدردشة.",
  board: "السبورة",
  boardFailed: "تعذّر تحميل السبورة. اضغط مرة أخرى.",
  refused: {
    rate_limited: "لم تُرسل: أُرسل الكثير دفعة واحدة.",
    room_full: "لم تُرسل: امتلأت هذه الدردشة.",
    busy_gateway: "لم تُرسل: تعذّر حفظها الآن.",
    over: "لم تُرسل قبل انتهاء المكالمة.",
  },
  refusedElse: "لم تُرسل: لا يمكن قبول هذا النص.",
  attach: "إرسال ملف",
  fetch: (name) => `حفظ الملف \u2068${name}\u2069`,
  drop: (name) => `إزالة \u2068${name}\u2069`,
  remove: "إزالة",
  notSent: {
    unfit: "لم يُرسل: الملف أكبر من اللازم، أو من نوع غير مقبول هنا، أو ليس كما يقول اسمه.",
    full: "لم يُرسل: لا يمكن إرسال ملفات أخرى في هذه المكالمة.",
    failed: "لم يُرسل. حاول مرة أخرى.",
  },
};

export const chatWords: Record<string, ChatWords> = { en: english, zh: chinese, ar: arabic };
