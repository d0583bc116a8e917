// The words of the check, in all languages: who checks has waited for a file already.
// Each outcome says what it is, and what to do about it.

import type { MicrophoneFault } from "../microphone.ts";
import type { MicrophoneOutcome } from "../host.ts";
import type { NetworkOutcome } from "./network.ts";

export interface CheckWords {
  title: string;
  microphone: string;
  speaker: string;
  byDefault: string;
  level: string;
  again: string;
  close: string;

  /** What the person is to do, or what is being done. */
  allow: string;
  speak: string;
  quiet: string;
  wait: string;
  ready: string;
  notReady: string;

  heard: Record<Exclude<MicrophoneOutcome, MicrophoneFault>, string>;
  network: Record<NetworkOutcome, string>;
  figures: (roundTrip: string, jitter: string, loss: string) => string;
}

const english: CheckWords = {
  title: "Check before you call",
  microphone: "Microphone",
  speaker: "Loudspeaker",
  byDefault: "As your device chooses",
  level: "How loud you are",
  again: "Check again",
  close: "Close the check",
  allow: "Allow the microphone when your browser asks.",
  speak: "Say something, such as your name.",
  quiet: "Now be quiet for a moment. You hear three notes.",
  wait: "Your connection is being checked…",
  ready: "Everything is ready. You can call now.",
  notReady: "Here is what was found.",
  heard: {
    good: "Your microphone is heard well.",
    silent: "Nothing is heard from this microphone. Turn it on at its switch, or choose another one above, then check again.",
    echo: "Your microphone hears your loudspeaker, so the other side would hear themselves. Use headphones or turn the loudspeaker down, then check again.",
    unmeasured:
      "Your microphone is on, but this browser cannot measure here what it hears. " +
      "Connect headphones or a loudspeaker and check again, or call all the same and ask whether you are heard.",
  },
  network: {
    good: "Your connection carries calls well.",
    poor: "Your connection is weak: sound will come late or with gaps. Go closer to your wireless router, use a cable, or try another network.",
    udp_blocked: "This network blocks the usual way of sound (UDP). Calls work by another way, with gaps when the network is busy. Another network may be better.",
    sound_blocked: "This network lets no sound through. Switch off a VPN if you use one, try another network, or use a telephone.",
    websocket_blocked:
      "This network, or a program on your device, keeps the connection for calls (WebSocket) away. " +
      "Switch off a VPN or filter if you use one, try another network, or use a telephone.",
    unreachable: "The call service cannot be reached from this network. Try another network, or use a telephone.",
    offline: "Your device is not connected to the Internet. Connect it, then check again.",
    unknown: "Your connection could not be checked just now. You can call all the same, or check again in a minute.",
  },
  figures: (roundTrip, jitter, loss) => `Round trip ${roundTrip} ms, jitter ${jitter} ms, loss ${loss}`,
};

const chinese: CheckWords = {
  title: "通话前检查",
  microphone: "麦克风",
  speaker: "扬声器",
  byDefault: "由设备决定",
  level: "您的音量",
  again: "重新检查",
  close: "关闭检查",
  allow: "浏览器询问时，请允许使用麦克风。",
  speak: "请说几句话，例如您的名字。",
  quiet: "现在请安静片刻，您会听到三个音。",
  wait: "正在检查您的网络…",
  ready: "一切就绪，现在可以拨打。",
  notReady: "检查结果如下。",
  heard: {
    good: "您的麦克风声音清晰。",
    silent: "听不到这个麦克风的声音。请打开它的开关，或在上方另选一个，然后重新检查。",
    echo: "您的麦克风收到了扬声器的声音，对方会听到自己的回声。请使用耳机或调低扬声器音量，然后重新检查。",
    unmeasured: "您的麦克风已打开，但此浏览器在这里无法测量它收到的声音。请连接耳机或扬声器后重新检查；您也可以直接拨打，并询问对方能否听到您。",
  },
  network: {
    good: "您的网络适合通话。",
    poor: "您的网络较弱：声音会延迟或断续。请靠近无线路由器、使用网线，或换一个网络。",
    udp_blocked: "此网络阻止了声音的常用通道（UDP）。通话可以经另一通道进行，网络繁忙时会断续。换一个网络可能更好。",
    sound_blocked: "此网络不让声音通过。如果您在使用 VPN，请关闭它；或换一个网络，或使用电话。",
    websocket_blocked: "此网络或您设备上的某个程序阻止了通话所需的连接（WebSocket）。如果您在使用 VPN 或过滤程序，请关闭它；或换一个网络，或使用电话。",
    unreachable: "从此网络无法连接通话服务。请换一个网络，或使用电话。",
    offline: "您的设备没有连接互联网。请连接后重新检查。",
    unknown: "暂时无法检查您的网络。您仍可拨打，或一分钟后重新检查。",
  },
  figures: (roundTrip, jitter, loss) => `往返 ${roundTrip} 毫秒，抖动 ${jitter} 毫秒，丢包 ${loss}`,
};

const arabic: CheckWords = {
  title: "افحص قبل الاتصال",
  microphone: "الميكروفون",
  speaker: "مكبر الصوت",
  byDefault: "حسب اختيار جهازك",
  level: "مستوى صوتك",
  again: "أعد الفحص",
  close: "أغلق الفحص",
  allow: "اسمح باستخدام الميكروفون حين يسألك المتصفح.",
  speak: "قل شيئًا، اسمك مثلًا.",
  quiet: "اصمت الآن لحظة. ستسمع ثلاث نغمات.",
  wait: "جارٍ فحص اتصالك بالشبكة…",
  ready: "كل شيء جاهز. يمكنك الاتصال الآن.",
  notReady: "إليك نتيجة الفحص.",
  heard: {
    good: "صوتك مسموع جيدًا من الميكروفون.",
    silent: "لا يُسمع شيء من هذا الميكروفون. شغّله من مفتاحه، أو اختر غيره أعلاه، ثم أعد الفحص.",
    echo: "يلتقط الميكروفون صوت مكبر الصوت، فيسمع الطرف الآخر صدى صوته. استخدم سماعات الرأس أو اخفض الصوت، ثم أعد الفحص.",
    unmeasured: "الميكروفون مفتوح، لكن هذا المتصفح لا يستطيع هنا قياس ما يلتقطه. صِل سماعات أو مكبر صوت ثم أعد الفحص، أو اتصل مع ذلك واسأل إن كان صوتك مسموعًا.",
  },
  network: {
    good: "اتصالك بالشبكة مناسب للمكالمات.",
    poor: "اتصالك بالشبكة ضعيف: سيصل الصوت متأخرًا أو متقطعًا. اقترب من جهاز التوجيه اللاسلكي، أو استخدم كبلًا، أو جرّب شبكة أخرى.",
    udp_blocked: "تحجب هذه الشبكة الطريق المعتاد للصوت (UDP). تعمل المكالمات بطريق آخر، وقد يتقطع الصوت حين تزدحم الشبكة. قد تكون شبكة أخرى أفضل.",
    sound_blocked: "لا تسمح هذه الشبكة بمرور الصوت. أوقف شبكة VPN إن كنت تستخدمها، أو جرّب شبكة أخرى، أو استخدم الهاتف.",
    websocket_blocked: "تمنع هذه الشبكة أو برنامج على جهازك الاتصال اللازم للمكالمات (WebSocket). أوقف شبكة VPN أو برنامج التصفية إن كنت تستخدمه، أو جرّب شبكة أخرى، أو استخدم الهاتف.",
    unreachable: "لا يمكن الوصول إلى خدمة الاتصال من هذه الشبكة. جرّب شبكة أخرى، أو استخدم الهاتف.",
    offline: "جهازك غير متصل بالإنترنت. صِله بها، ثم أعد الفحص.",
    unknown: "تعذّر فحص اتصالك الآن. يمكنك الاتصال مع ذلك، أو إعادة الفحص بعد دقيقة.",
  },
  figures: (roundTrip, jitter, loss) => `الذهاب والإياب \u2068${roundTrip}\u2069 مللي ثانية، التذبذب \u2068${jitter}\u2069 مللي ثانية، الفقد \u2068${loss}\u2069`,
};

export const checkWords: Record<string, CheckWords> = { en: english, zh: chinese, ar: arabic };
