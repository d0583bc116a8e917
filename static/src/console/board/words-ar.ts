// كلمات لوحة الإشراف. الأسماء معزولة عن اتجاه الجملة المحيطة بها.

import type { BoardWords } from "./words-en.ts";

const apart = (who: string) => `\u2068${who}\u2069`;

export const arabic: BoardWords = {
  heading: "الإشراف",
  views: { now: "الآن", past: "الأرقام" },
  notLive: "لا تصل الأخبار فورًا: تسأل الصفحة كل بضع ثوانٍ.",

  queues: {
    heading: "الطوابير",
    none: "لا توجد طوابير بعد.",
    closed: "مغلق",
    waiting: "في الانتظار",
    longest: "أطول انتظار",
    level: "أُجيبوا في الوقت",
    answered: "أُجيبوا اليوم",
    abandoned: "انصرفوا اليوم",
    agents: "الموظفون: متاح / مشغول / غائب",
    well: "كل شيء على ما يرام",
  },
  alarms: {
    nobody: "لا أحد في الخدمة",
    late: "هناك من ينتظر أطول مما ينبغي",
    soon: "هناك من ينتظر طويلًا",
    low: "قليلون يُجابون في الوقت",
    closed: "مغلق، وهناك من ينتظر",
  },

  waiting: {
    heading: "من ينتظر",
    none: "لا أحد ينتظر.",
    place: (n) => `المركز ${apart(n)}`,
    priority: (n) => `الأولوية ${apart(n)}`,
    callback: "سيُعاد الاتصال به",
    rings: (who) => `يرنّ لدى ${apart(who)}`,
    lead: "توجيه…",
    leadOne: (who) => `توجيه ${apart(who)}`,
    toQueue: "إلى طابور آخر",
    move: "نقل",
    toAgent: "إلى موظف متاح",
    offer: "الرنين هناك",
    noAgent: "لا أحد متاح",
    end: "إنهاء الانتظار",
    sure: "تأكيد الإنهاء",
    moved: "تم النقل.",
    offered: "يرنّ هناك.",
    ended: "أُنهي الانتظار.",
  },

  agents: {
    heading: "الموظفون",
    none: "لا يوجد موظفون بعد.",
    with: (who) => `مع ${apart(who)}`,
    from: (queue) => `من ${apart(queue)}`,
    calls: "في مكالمة",
    listen: "استماع",
    listenTo: (who) => `الاستماع إلى ${apart(who)}`,
    presence: (who) => `حالة ${apart(who)}`,
    pages: (n) => `الصفحات المفتوحة: ${apart(n)}`,
  },

  past: {
    heading: "ما آل إليه المتصلون",
    queue: "الطابور",
    all: "كل الطوابير",
    by: "حسب",
    hour: "الساعة، اليوم",
    day: "اليوم، أربعة أسابيع",
    chart: "المتصلون",
    table: "الأرقام نفسها",
    download: "تنزيل CSV",
    none: "لم يتصل أحد في هذه المدة.",
    columns: {
      from: "من",
      offered: "المتصلون",
      answered: "أُجيبوا",
      in_time: "في الوقت",
      called_back: "أُعيد الاتصال بهم",
      abandoned: "انصرفوا",
      voicemails: "رسائل",
      other: "آخرون",
      level: "مستوى الخدمة",
      mean: "متوسط الانتظار",
      longest: "أطول انتظار",
    },
  },
};
