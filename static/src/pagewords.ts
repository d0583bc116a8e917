// The words about pages that a visitor is shown, in all languages.

export interface PageWords {
  heading: string;
  shows: (who: string) => string;
  agent: string;
  site: string;
  /** Opens it beside the call, closes it, and opens it in a tab. */
  here: string;
  close: string;
  tab: string;
  blocked: string;
}

const english: PageWords = {
  heading: "Pages for you",
  shows: (who) => `${who} shows you:`,
  agent: "The other side",
  site: "This site",
  here: "Show here",
  close: "Close this page",
  tab: "Open in a new tab",
  blocked: "This site does not let the page be shown here. Open it in a new tab.",
};

const chinese: PageWords = {
  heading: "为您展示的网页",
  shows: (who) => `${who}向您展示：`,
  agent: "对方",
  site: "本网站",
  here: "在此显示",
  close: "关闭此网页",
  tab: "在新标签页中打开",
  blocked: "本网站不允许在此显示该网页，请在新标签页中打开。",
};

const arabic: PageWords = {
  heading: "صفحات معروضة لك",
  shows: (who) => `يعرض عليك \u2068${who}\u2069:`,
  agent: "الطرف الآخر",
  site: "هذا الموقع",
  here: "العرض هنا",
  close: "إغلاق هذه الصفحة",
  tab: "الفتح في علامة تبويب جديدة",
  blocked: "لا يسمح هذا الموقع بعرض الصفحة هنا. افتحها في علامة تبويب جديدة.",
};

export const pageWords: Record<string, PageWords> = { en: english, zh: chinese, ar: arabic };
