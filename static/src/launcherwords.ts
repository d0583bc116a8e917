// The launcher's few words, in every language: they come with the button, and
// all others with the first click.

export interface LauncherWords {
  call: string;
  hide: (label: string) => string;
  show: (label: string) => string;
  notLoaded: string;
}

export const launcherCatalogue: Record<string, LauncherWords> = {
  en: {
    call: "Call",
    hide: (label) => `${label} – hide`,
    show: (label) => `${label} – show`,
    notLoaded: "The call could not be loaded. Check your connection, reload the page and try again.",
  },
  zh: {
    call: "通话",
    hide: (label) => `${label}（隐藏）`,
    show: (label) => `${label}（显示）`,
    notLoaded: "通话功能未能加载。请检查网络，重新加载页面后再试。",
  },
  ar: {
    call: "اتصال",
    hide: (label) => `إخفاء \u2068${label}\u2069`,
    show: (label) => `إظهار \u2068${label}\u2069`,
    notLoaded: "تعذّر تحميل المكالمة. تحقّق من اتصالك، وأعد تحميل الصفحة ثم حاول مجددًا.",
  },
};

export function launcherWords(language: string): LauncherWords {
  return launcherCatalogue[language] as LauncherWords;
}
