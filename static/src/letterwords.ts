// The words of the form for a message, in all languages.

export interface LetterWords {
  title: string;
  explain: string;
  name: string;
  answer: string;
  answerHint: string;
  text: string;
  send: string;
  sending: string;
  close: string;
  kept: string;
  done: string;
  noText: string;
  noAnswer: string;
  /** Why it was not taken, by the gateway's code. */
  refused: Record<string, string>;
  refusedElse: string;
}

export const letterWords: Record<string, LetterWords> = {
  en: {
    title: "Leave a message",
    explain: "Nobody could answer. Write what it is about, and where we can reach you.",
    name: "Your name, if you like",
    answer: "Where we can answer you",
    answerHint: "An e-mail address, or a telephone number with its country code",
    text: "Your message",
    send: "Send the message",
    sending: "Sending…",
    close: "Not now",
    kept: "Your message has arrived. Thank you.",
    done: "Done",
    noText: "Write what it is about.",
    noAnswer: "Write where we can answer you.",
    refused: {
      rate_limited: "Not sent: too many messages came from here. Wait a minute, then send it again.",
      busy_gateway: "Not sent: no message can be kept just now. Try again in a moment.",
      gateway_unreachable: "Not sent: the connection was lost. Check it, then send it again.",
      not_allowed: "Not sent: nobody takes messages here. Please call again later.",
    },
    refusedElse: "Not sent: this message cannot be taken. Shorten it, or write it otherwise.",
  },
  zh: {
    title: "留言",
    explain: "暂时没有人能够应答。请写下您的事情，以及我们如何联系您。",
    name: "您的姓名（可不填）",
    answer: "我们如何回复您",
    answerHint: "电子邮箱，或带国家代码的电话号码",
    text: "您的留言",
    send: "发送留言",
    sending: "正在发送…",
    close: "暂不",
    kept: "您的留言已送达，谢谢。",
    done: "完成",
    noText: "请写下您的事情。",
    noAnswer: "请写下我们如何回复您。",
    refused: {
      rate_limited: "未发送：从这里发出的留言太多。请稍等一分钟后再发送。",
      busy_gateway: "未发送：目前无法保存留言。请稍后再试。",
      gateway_unreachable: "未发送：连接中断。请检查网络后再发送。",
      not_allowed: "未发送：这里不接受留言。请稍后再打电话。",
    },
    refusedElse: "未发送：无法接受此留言。请缩短或改写。",
  },
  ar: {
    title: "اترك رسالة",
    explain: "لم يستطع أحد الرد. اكتب ما تريده، وأين يمكننا الوصول إليك.",
    name: "اسمك، إن أحببت",
    answer: "أين نرد عليك",
    answerHint: "عنوان بريد إلكتروني، أو رقم هاتف مع رمز البلد",
    text: "نص الرسالة",
    send: "إرسال الرسالة",
    sending: "جارٍ الإرسال…",
    close: "ليس الآن",
    kept: "وصلت رسالتك. شكرًا لك.",
    done: "تمّ",
    noText: "اكتب ما تريده.",
    noAnswer: "اكتب أين نرد عليك.",
    refused: {
      rate_limited: "لم تُرسل: جاءت رسائل كثيرة من هنا. انتظر دقيقة ثم أرسلها من جديد.",
      busy_gateway: "لم تُرسل: لا يمكن حفظ رسائل الآن. حاول مجددًا بعد قليل.",
      gateway_unreachable: "لم تُرسل: انقطع الاتصال. تحقّق منه ثم أرسلها من جديد.",
      not_allowed: "لم تُرسل: لا أحد يستقبل رسائل هنا. اتصل لاحقًا من فضلك.",
    },
    refusedElse: "لم تُرسل: لا يمكن قبول هذه الرسالة. اختصرها أو اكتبها بطريقة أخرى.",
  },
};
