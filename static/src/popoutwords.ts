// The words about a call in a window of its own, in all languages.

export interface PopOutWords {
  move: string;
  press: string;
  moved: string;
  look: string;
  bring: string;
  back: string;
  blocked: string;
  unreached: string;
  gone: string;
  /** Of a page that cannot call: opens one that can. */
  elsewhere: string;
}

const english: PopOutWords = {
  move: "Move to a window",
  press: "Go on in the window that has opened.",
  moved: "The call goes on in a window of its own.",
  look: "Show the window",
  bring: "Bring it back here",
  back: "Back to the page",
  blocked: "The browser has blocked the window. Allow pop-up windows for this page and try again.",
  unreached: "This page cannot reach the window, so the call stays here.",
  gone: "The page that the call came from is gone. The call stays here.",
  elsewhere: "Call from a page of its own",
};

const chinese: PopOutWords = {
  move: "移到独立窗口",
  press: "请在刚打开的窗口中继续。",
  moved: "通话正在独立窗口中继续。",
  look: "显示该窗口",
  bring: "移回此处",
  back: "返回网页",
  blocked: "浏览器拦截了窗口。请允许本页弹出窗口，然后重试。",
  unreached: "本页无法与该窗口通信，通话保留在此处。",
  gone: "发起通话的网页已不在，通话保留在此处。",
  elsewhere: "在独立页面中拨打",
};

const arabic: PopOutWords = {
  move: "النقل إلى نافذة",
  press: "تابع في النافذة التي فُتحت.",
  moved: "تستمر المكالمة في نافذة مستقلة.",
  look: "إظهار النافذة",
  bring: "إعادتها إلى هنا",
  back: "العودة إلى الصفحة",
  blocked: "حجب المتصفح النافذة. اسمح بالنوافذ المنبثقة لهذه الصفحة وحاول مجددًا.",
  unreached: "لا يمكن لهذه الصفحة الوصول إلى النافذة، فتبقى المكالمة هنا.",
  gone: "الصفحة التي جاءت منها المكالمة لم تعد موجودة. تبقى المكالمة هنا.",
  elsewhere: "الاتصال من صفحة مستقلة",
};

export const popOutWords: Record<string, PopOutWords> = { en: english, zh: chinese, ar: arabic };
