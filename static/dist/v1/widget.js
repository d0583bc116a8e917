function i(e,t={},...n){let o=document.createElement(e);for(let[L,c]of Object.entries(t))c!==!1&&o.setAttribute(L,c===!0?"":c);return o.append(...n),o}var u="http://www.w3.org/2000/svg";function p(e){let t=document.createElementNS(u,"svg");t.setAttribute("viewBox","0 0 24 24"),t.setAttribute("aria-hidden","true");let n=document.createElementNS(u,"path");return n.setAttribute("d",e),t.append(n),t}function g(e,t){e.textContent!==t&&(e.textContent=t)}function f(e){let t=new CSSStyleSheet;return t.replaceSync(e),t}var b="M6.6 3.2 9 3c.5 0 .9.3 1 .8l.9 3.4c.1.4 0 .8-.4 1.1L8.6 9.6a13 13 0 0 0 5.8 5.8l1.3-1.9c.3-.4.7-.5 1.1-.4l3.4.9c.5.1.8.5.8 1l-.2 2.4c-.1 1.5-1.3 2.6-2.8 2.6C10.3 20 4 13.7 4 6c0-1.5 1.1-2.7 2.6-2.8Z";var M=/[\s\-.()\/\u00a0\u2010-\u2015]/g,A=/^\+[1-9]\d{6,14}$/;function $(e){let t=e.replace(M,"").replace(/^00/,"+");return A.test(t)?t:void 0}function m(e){return`tel:${$(e)??e.replace(/[^\d+*#]/g,"")}`}var H={en:{call:"Call",hide:e=>`${e} – hide`,show:e=>`${e} – show`,notLoaded:"The call could not be loaded. Check your connection, reload the page and try again."},zh:{call:"通话",hide:e=>`${e}（隐藏）`,show:e=>`${e}（显示）`,notLoaded:"通话功能未能加载。请检查网络，重新加载页面后再试。"},ar:{call:"اتصال",hide:e=>`إخفاء ⁨${e}⁩`,show:e=>`إظهار ⁨${e}⁩`,notLoaded:"تعذّر تحميل المكالمة. تحقّق من اتصالك، وأعد تحميل الصفحة ثم حاول مجددًا."}};function l(e){return H[e]}var O=["en","zh","ar"];function h(e){return P(e.closest("[lang]:not([lang=''])")?.lang||navigator.language)}function P(e){let t=e.toLowerCase().split("-")[0]??"";return O.includes(t)?t:"en"}function v(e,t){e.lang=t,e.dir=t==="ar"?"rtl":"ltr"}var s=class{button;#e=i("span");#r=i("div",{role:"alert",part:"alert"});#t="";#o="";#i=!1;#n;constructor(t,n,o){this.#n=l(n),this.button=i("button",{type:"button",class:"go",part:"launcher"},p(b),this.#e),this.button.addEventListener("click",o),t.append(this.button,this.#r)}label(t,n){this.#n=l(t);for(let o of[this.button,this.#r])v(o,t);this.#t=n||this.#n.call,this.#s()}badge(t){this.#o=t,this.#s()}opened(t){this.#i=t,this.#s()}busy(t){this.button.setAttribute("aria-busy",String(t))}problem(t,n){this.#r.replaceChildren(),t&&(this.#r.append(i("p",{class:"problem"},this.#n.notLoaded)),n&&this.#r.append(i("a",{href:m(n),part:"fallback"},n)))}#s(){let t=this.#o||this.#t;g(this.#e,t),this.button.setAttribute("aria-expanded",String(this.#i)),this.#i?this.button.setAttribute("aria-label",this.#n.hide(t)):this.#o?this.button.setAttribute("aria-label",this.#n.show(t)):this.button.removeAttribute("aria-label")}};function w(e){console.error(`webtrunk-call: ${e}`)}async function x(e,t){let n=import(new URL(e,import.meta.url).href);return n.catch(()=>w(`${e} could not be loaded`)),(await n).start(t)}function k(e){return new DOMException(e,"InvalidStateError")}var y="There is no call.";var R=e=>`webtrunk:${e}`;function S(e){try{let t=JSON.parse(sessionStorage.getItem(R(e))??"null");return t&&Date.now()-t.leftAt<3e4?t:void 0}catch{return}}var Z=`
  --accent: var(--webtrunk-accent, #0b6b5d);
  --on-accent: var(--webtrunk-on-accent, #fff);
  --surface: var(--webtrunk-surface, #fff);
  --text: var(--webtrunk-text, #17211f);
  --soft: var(--webtrunk-soft-text, #55635f);
  --line: var(--webtrunk-line, #7b8985);
  --tint: var(--webtrunk-tint, #eef4f2);
  --danger: var(--webtrunk-danger, #b3261e);
  --on-danger: var(--webtrunk-on-danger, #fff);
  --shade: 0 1px 2px rgb(0 0 0 / .08), 0 12px 36px rgb(10 40 35 / .18);
  color-scheme: light;`,C=`
  --accent: var(--webtrunk-accent, #5fd4bf);
  --on-accent: var(--webtrunk-on-accent, #06231e);
  --surface: var(--webtrunk-surface, #18201f);
  --text: var(--webtrunk-text, #eaf1ef);
  --soft: var(--webtrunk-soft-text, #a9b8b4);
  --line: var(--webtrunk-line, #71807c);
  --tint: var(--webtrunk-tint, #243130);
  --danger: var(--webtrunk-danger, #ff9b90);
  --on-danger: var(--webtrunk-on-danger, #3a0905);
  --shade: 0 1px 2px rgb(0 0 0 / .5), 0 12px 36px rgb(0 0 0 / .55);
  color-scheme: dark;`,d='font: var(--webtrunk-font, 400 16px/1.45 system-ui, "Segoe UI", Roboto, sans-serif);',T=`
:host { all: initial; display: inline-block; ${Z} ${d} }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${C} } }
:host([theme=dark]) { ${C} }
*, ::before, ::after { box-sizing: border-box; }
:where(:host) > * { all: initial; display: block; color-scheme: inherit; color: var(--text); ${d} }
button { font: inherit; font-weight: 600; color: inherit; margin: 0; border: 0; cursor: pointer;
  min-block-size: 44px; min-inline-size: 44px; border-radius: var(--webtrunk-radius, 12px);
  display: inline-flex; align-items: center; justify-content: center; gap: 8px;
  padding: 10px 18px; background: var(--tint); color: var(--text); transition: filter .12s; }
:where(:host) > button { ${d} font-weight: 600; }
button:hover { filter: brightness(.95); }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button.go { background: var(--accent); color: var(--on-accent); }
button.stop { background: var(--danger); color: var(--on-danger); }
[hidden] { display: none !important; }
svg { inline-size: 20px; block-size: 20px; fill: currentColor; flex: none; }
.problem { color: var(--danger); margin-block: 8px 0; max-inline-size: 40ch; }
@media (prefers-reduced-motion: reduce) { *, ::before { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { button { border: 1px solid ButtonText; } }
`;var E,a=class extends HTMLElement{static observedAttributes=["key","token","to","lang","theme","label","fallback","test","write"];#e;#r;#t;#o;#i=0;#n=0;#s;constructor(){super();let t=this.attachShadow({mode:"open"});E??=f(T),t.adoptedStyleSheets=[E],this.#e=new s(t,h(this),()=>{this.#h()}),this.#r={element:this,root:t,gateway:new URL(import.meta.url),tell:(n,o)=>this.#p(n,o),badge:n=>this.#e.badge(n),opened:n=>{this.#e.opened(n),n&&this.hasAttribute("price")&&this.#u()}}}connectedCallback(){this.#l();let t=this.getAttribute("key")??"";(this.hasAttribute("token")||S(t))&&this.#a().catch(()=>{})}disconnectedCallback(){queueMicrotask(()=>{this.isConnected||!this.#t||(this.#t.leave(),this.#t=this.#o=void 0)})}attributeChangedCallback(){this.#l(),this.#t?.changed()}get state(){return this.#t?.state??"idle"}get muted(){return this.#t?.muted??!1}set muted(t){this.mute(t)}get duration(){return this.#t?.duration??0}get place(){return this.#t?.place??0}get wait(){return this.#t?.wait??0}async open(t){(await this.#a()).open(t)}close(){this.#t?.close()}async call(t){let n=this.#n;await(await this.#a()).call(t,n!==this.#n)}async write(t){let n=this.#n;await(await this.#a()).call(t,n!==this.#n,!0)}async test(){return(await this.#a()).test()}hangUp(){this.#n++,this.#t?.hangUp()}mute(t){t!==this.muted&&this.#c().mute(t)}sendDigits(t){this.#c().sendDigits(t)}callBack(t){this.#c().callBack(t)}leaveMessage(){this.#c().leaveMessage()}async popOut(){await this.#c().popOut()}#c(){if(!this.#t)throw k(y);return this.#t}async#h(){if(this.#t)return this.#t.toggle();this.#e.opened(!0);try{(await this.#a()).open()}catch{this.#e.opened(!1)}}#a(){return this.#o??=this.#d(),this.#o}async#d(){this.#e.busy(!0),this.#e.problem(!1,"");let t=new URL("./core-ff264c2e7e92.js",import.meta.url);this.#i>0&&t.searchParams.set("try",String(this.#i));try{let{start:n}=await import(t.href);if(!this.isConnected)throw new Error("the element was taken out of the page");return this.#t=await n(this.#r)}catch(n){throw this.#o=void 0,this.isConnected&&(this.#i++,this.#e.problem(!0,this.#g())),n}finally{this.#e.busy(!1)}}#u(){this.#s??=x("./cost-bea1b272cd2e.js",this.#r),this.#s.then(t=>t.look()).catch(()=>this.#s=void 0)}#p(t,n){this.dispatchEvent(new CustomEvent(`webtrunk-${t}`,{detail:n,bubbles:!0,composed:!0}))}#l(){this.#e.label(h(this),this.getAttribute("label")??"")}#g(){return this.getAttribute("fallback")??""}};customElements.get("webtrunk-call")||customElements.define("webtrunk-call",a);
