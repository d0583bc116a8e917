// What is said of pictures, in all languages.

import type { DeviceFault } from "./devicefault.ts";

export interface FilmWords {
  theirPicture: string;
  yourPicture: string;
  noPicture: string;
  /** Why a person is not filmed. */
  camera: Record<DeviceFault, string>;
}

export const filmWords: Record<string, FilmWords> = {
  en: {
    theirPicture: "The other side",
    yourPicture: "Your own picture",
    noPicture: "No picture yet",
    camera: {
      blocked: "This site's settings keep the camera off on this page, so the other side does not see you. Only the site can change this.",
      refused:
        "The camera is not allowed for this page, so the other side does not see you. " +
        "Allow it in your browser, at the icon beside the address, then call again.",
      none: "No camera was found, so the other side does not see you. Connect one, then call again.",
      busy: "Another program is using the camera, so the other side does not see you. Close it, then call again.",
      failed: "The camera could not be started, so the other side does not see you. Reload the page, then call again.",
    },
  },
  zh: {
    theirPicture: "对方",
    yourPicture: "您自己的画面",
    noPicture: "还没有画面",
    camera: {
      blocked: "本网站的设置禁止在此页使用摄像头，因此对方看不到您。只有网站能够更改。",
      refused: "本页未获准使用摄像头，因此对方看不到您。请在浏览器地址旁的图标中允许，然后重新呼叫。",
      none: "未找到摄像头，因此对方看不到您。请连接一个，然后重新呼叫。",
      busy: "另一个程序正在使用摄像头，因此对方看不到您。请关闭它，然后重新呼叫。",
      failed: "摄像头无法启动，因此对方看不到您。请重新加载页面，然后重新呼叫。",
    },
  },
  ar: {
    theirPicture: "الطرف الآخر",
    yourPicture: "صورتك",
    noPicture: "لا صورة بعد",
    camera: {
      blocked: "إعدادات هذا الموقع توقف الكاميرا في هذه الصفحة، لذا لا يراك الطرف الآخر. الموقع وحده يستطيع تغيير ذلك.",
      refused: "الكاميرا غير مسموح بها لهذه الصفحة، لذا لا يراك الطرف الآخر. اسمح بها من الأيقونة بجانب العنوان في متصفحك، ثم اتصل من جديد.",
      none: "لم يُعثر على كاميرا، لذا لا يراك الطرف الآخر. وصّل واحدة ثم اتصل من جديد.",
      busy: "برنامج آخر يستخدم الكاميرا، لذا لا يراك الطرف الآخر. أغلقه ثم اتصل من جديد.",
      failed: "تعذّر تشغيل الكاميرا، لذا لا يراك الطرف الآخر. أعد تحميل الصفحة ثم اتصل من جديد.",
    },
  },
};
