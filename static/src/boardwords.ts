// The words of the whiteboard, loaded with what knows that there may be one.

import type { Ink, Tool } from "./drawing.ts";

export interface BoardWords {
  board: string;
  /** For who hears the page: how it is used by keys. */
  keys: string;
  tools: Record<Tool | "pointer", string>;
  toolbar: string;
  ink: string;
  inks: Record<Ink, string>;
  size: string;
  sizes: [string, string, string];
  undo: string;
  clear: string;
  save: string;
  picture: string;
  text: string;
  put: string;
  cancel: string;
  /** What to do next. */
  begin: string;
  end: string;
  goOn: string;
  writeIt: string;
  placeIt: string;
  pointing: string;
  gaveUp: string;
  wrongPicture: string;
  on: string;
  empty: string;
  you: string;
  visitor: string;
  agent: string;
  drew(who: string, what: string): string;
  drewText(who: string, text: string): string;
  refused: Record<string, string>;
  refusedElse: string;
}

/** A name from elsewhere, apart from the sentence around it, whichever way either is written. */
const apart = (text: string) => `\u2068${text}\u2069`;

export const boardWords: Record<string, BoardWords> = {
  en: {
    board: "Whiteboard",
    keys: "Arrow keys move the cross, with Shift by less. Enter sets a point, Escape gives up.",
    tools: { pen: "Pen", line: "Line", arrow: "Arrow", rect: "Rectangle", ellipse: "Ellipse", text: "Text", picture: "Picture", pointer: "Pointer" },
    toolbar: "Draw with",
    ink: "Colour",
    inks: { black: "Black", red: "Red", blue: "Blue", green: "Green", orange: "Orange", violet: "Violet" },
    size: "Thickness",
    sizes: ["Thin", "Medium", "Thick"],
    undo: "Undo",
    clear: "Clear",
    save: "Save as picture",
    picture: "Which picture, PNG or JPEG",
    text: "Text for the board",
    put: "Put it there",
    cancel: "Cancel",
    begin: "Draw, or press where it begins.",
    end: "Press where it ends.",
    goOn: "Each press goes on with the line; at the same place again it ends.",
    writeIt: "Press where the text begins.",
    placeIt: "Press where the picture's corner is to be.",
    pointing: "The others see where you point.",
    gaveUp: "Given up.",
    wrongPicture: "This picture cannot be used. Choose a PNG or JPEG.",
    on: "What is on the board",
    empty: "There is nothing on the board yet.",
    you: "You",
    visitor: "Visitor",
    agent: "Agent",
    drew: (who, what) => `${who}: ${what}`,
    drewText: (who, text) => `${who}: text “${text}”`,
    refused: {
      rate_limited: "Not drawn: that was too much at once.",
      room_full: "Not drawn: this board is full.",
      busy_gateway: "Not drawn: it could not be kept just now.",
    },
    refusedElse: "This could not be drawn.",
  },
  zh: {
    board: "白板",
    keys: "方向键移动十字，按住 Shift 移动得更少。Enter 设置一个点，Escape 放弃。",
    tools: { pen: "画笔", line: "直线", arrow: "箭头", rect: "矩形", ellipse: "椭圆", text: "文字", picture: "图片", pointer: "指示" },
    toolbar: "绘图工具",
    ink: "颜色",
    inks: { black: "黑色", red: "红色", blue: "蓝色", green: "绿色", orange: "橙色", violet: "紫色" },
    size: "粗细",
    sizes: ["细", "中", "粗"],
    undo: "撤销",
    clear: "清空",
    save: "保存为图片",
    picture: "选择图片（PNG 或 JPEG）",
    text: "白板上的文字",
    put: "放在那里",
    cancel: "取消",
    begin: "直接绘制，或点按起点。",
    end: "点按终点。",
    goOn: "每次点按都会延长线条；再次点按同一处即结束。",
    writeIt: "点按文字开始的位置。",
    placeIt: "点按图片左上角的位置。",
    pointing: "对方能看到您指的位置。",
    gaveUp: "已放弃。",
    wrongPicture: "无法使用此图片，请选择 PNG 或 JPEG。",
    on: "白板上的内容",
    empty: "白板上还没有内容。",
    you: "您",
    visitor: "访客",
    agent: "客服",
    drew: (who, what) => `${who}：${what}`,
    drewText: (who, text) => `${who}：文字“${text}”`,
    refused: {
      rate_limited: "未绘制：一次太多了。",
      room_full: "未绘制：白板已满。",
      busy_gateway: "未绘制：暂时无法保存。",
    },
    refusedElse: "无法绘制此内容。",
  },
  ar: {
    board: "السبورة",
    keys: "تحرّك مفاتيح الأسهم علامة التقاطع، ومع Shift بمقدار أقل. يضع Enter نقطة، ويلغي Escape.",
    tools: { pen: "قلم", line: "خط", arrow: "سهم", rect: "مستطيل", ellipse: "بيضاوي", text: "نص", picture: "صورة", pointer: "مؤشر" },
    toolbar: "الرسم بـ",
    ink: "اللون",
    inks: { black: "أسود", red: "أحمر", blue: "أزرق", green: "أخضر", orange: "برتقالي", violet: "بنفسجي" },
    size: "السماكة",
    sizes: ["رفيع", "متوسط", "سميك"],
    undo: "تراجع",
    clear: "مسح",
    save: "حفظ كصورة",
    picture: "أي صورة، PNG أو JPEG",
    text: "نص على السبورة",
    put: "ضعه هناك",
    cancel: "إلغاء",
    begin: "ارسم، أو اضغط حيث يبدأ.",
    end: "اضغط حيث ينتهي.",
    goOn: "كل ضغطة تمدّ الخط، وفي الموضع نفسه مرة أخرى ينتهي.",
    writeIt: "اضغط حيث يبدأ النص.",
    placeIt: "اضغط حيث تكون زاوية الصورة.",
    pointing: "يرى الآخرون الموضع الذي تشير إليه.",
    gaveUp: "أُلغي.",
    wrongPicture: "لا يمكن استخدام هذه الصورة. اختر PNG أو JPEG.",
    on: "ما على السبورة",
    empty: "لا شيء على السبورة بعد.",
    you: "أنت",
    visitor: "الزائر",
    agent: "الموظف",
    drew: (who, what) => `${apart(who)}: ${what}`,
    drewText: (who, text) => `${apart(who)}: نص ”${apart(text)}“`,
    refused: {
      rate_limited: "لم يُرسم: كان ذلك كثيرًا دفعة واحدة.",
      room_full: "لم يُرسم: السبورة ممتلئة.",
      busy_gateway: "لم يُرسم: تعذّر حفظه الآن.",
    },
    refusedElse: "تعذّر رسم هذا.",
  },
};
