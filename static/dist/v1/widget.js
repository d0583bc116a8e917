function o(t,e={},...n){let r=document.createElement(t);for(let[k,a]of Object.entries(e))a!==!1&&r.setAttribute(k,a===!0?"":a);return r.append(...n),r}var l="http://www.w3.org/2000/svg";function h(t){let e=document.createElementNS(l,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("aria-hidden","true");let n=document.createElementNS(l,"path");return n.setAttribute("d",t),e.append(n),e}function d(t,e){t.textContent!==e&&(t.textContent=e)}function u(t){let e=new CSSStyleSheet;return e.replaceSync(t),e}var g="M6.6 3.2 9 3c.5 0 .9.3 1 .8l.9 3.4c.1.4 0 .8-.4 1.1L8.6 9.6a13 13 0 0 0 5.8 5.8l1.3-1.9c.3-.4.7-.5 1.1-.4l3.4.9c.5.1.8.5.8 1l-.2 2.4c-.1 1.5-1.3 2.6-2.8 2.6C10.3 20 4 13.7 4 6c0-1.5 1.1-2.7 2.6-2.8Z";var S=/[\s\-.()\/\u00a0\u2010-\u2015]/g,C=/^\+[1-9]\d{6,14}$/;function T(t){let e=t.replace(S,"").replace(/^00/,"+");return C.test(e)?e:void 0}function p(t){return`tel:${T(t)??t.replace(/[^\d+*#]/g,"")}`}var i=class{button;#t=o("span");#o=o("div",{role:"alert",part:"alert"});#e="";#r="";#i=!1;#n;constructor(e,n,r){this.#n=n,this.button=o("button",{type:"button",class:"go",part:"launcher"},h(g),this.#t),this.button.addEventListener("click",r),e.append(this.button,this.#o)}label(e,n){this.#n=e,this.#e=n||e.call,this.#s()}badge(e){this.#r=e,this.#s()}opened(e){this.#i=e,this.#s()}busy(e){this.button.setAttribute("aria-busy",String(e))}problem(e,n){this.#o.replaceChildren(),e&&(this.#o.append(o("p",{class:"problem"},this.#n.notLoaded)),n&&this.#o.append(o("a",{href:p(n),part:"fallback"},n)))}#s(){let e=this.#r||this.#e;d(this.#t,e),this.button.setAttribute("aria-expanded",String(this.#i)),this.#i?this.button.setAttribute("aria-label",this.#n.hide(e)):this.#r?this.button.setAttribute("aria-label",this.#n.show(e)):this.button.removeAttribute("aria-label")}};function m(t){return new DOMException(t,"InvalidStateError")}var b="There is no call.";var L=t=>`webtrunk:${t}`;function f(t){try{let e=JSON.parse(sessionStorage.getItem(L(t))??"null");return e&&Date.now()-e.leftAt<3e4?e:void 0}catch{return}}var w={call:"Call",hide:t=>`${t} – hide`,show:t=>`${t} – show`,notLoaded:"The call could not be loaded. Check your connection, reload the page and try again."};var E={en:w};function A(t,e,n){let r=e.toLowerCase();return t[r]??t[r.split("-")[0]??""]??n}function c(t){return A(E,t,w)}var M=`
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
  color-scheme: light;`,v=`
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
  color-scheme: dark;`,x=`
:host { all: initial; display: inline-block; ${M}
  font: var(--webtrunk-font, 400 16px/1.45 system-ui, "Segoe UI", Roboto, sans-serif); }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${v} } }
:host([theme=dark]) { ${v} }
*, ::before, ::after { box-sizing: border-box; }
button { font: inherit; font-weight: 600; color: inherit; margin: 0; border: 0; cursor: pointer;
  min-block-size: 44px; min-inline-size: 44px; border-radius: var(--webtrunk-radius, 12px);
  display: inline-flex; align-items: center; justify-content: center; gap: 8px;
  padding: 10px 18px; background: var(--tint); color: var(--text); transition: filter .12s; }
button:hover { filter: brightness(.95); }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button.go { background: var(--accent); color: var(--on-accent); }
button.stop { background: var(--danger); color: var(--on-danger); }
[hidden] { display: none !important; }
svg { inline-size: 20px; block-size: 20px; fill: currentColor; flex: none; }
.problem { color: var(--danger); margin-block: 8px 0; max-inline-size: 40ch; }
@media (prefers-reduced-motion: reduce) { *, ::before { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { button { border: 1px solid ButtonText; } }
`;var y,s=class extends HTMLElement{static observedAttributes=["key","token","to","lang","theme","label","fallback"];#t;#o;#e;#r;#i=0;#n=0;constructor(){super();let e=this.attachShadow({mode:"open"});y??=u(x),e.adoptedStyleSheets=[y],this.#t=new i(e,c(this.#l()),()=>{this.#h()}),this.#o={element:this,root:e,gateway:new URL(import.meta.url),tell:n=>this.#u(n),badge:n=>this.#t.badge(n),opened:n=>this.#t.opened(n)}}connectedCallback(){this.#c();let e=this.getAttribute("key")??"";(this.hasAttribute("token")||f(e))&&this.#a().catch(()=>{})}disconnectedCallback(){queueMicrotask(()=>{this.isConnected||!this.#e||(this.#e.leave(),this.#e=this.#r=void 0)})}attributeChangedCallback(){this.#c(),this.#e?.changed()}get state(){return this.#e?.state??"idle"}get muted(){return this.#e?.muted??!1}set muted(e){this.mute(e)}get duration(){return this.#e?.duration??0}async open(e){(await this.#a()).open(e)}close(){this.#e?.close()}async call(e){let n=this.#n;await(await this.#a()).call(e,n!==this.#n)}hangUp(){this.#n++,this.#e?.hangUp()}mute(e){e!==this.muted&&this.#s().mute(e)}sendDigits(e){this.#s().sendDigits(e)}#s(){if(!this.#e)throw m(b);return this.#e}async#h(){if(this.#e)return this.#e.toggle();this.#t.opened(!0);try{(await this.#a()).open()}catch{this.#t.opened(!1)}}#a(){return this.#r??=this.#d(),this.#r}async#d(){this.#t.busy(!0),this.#t.problem(!1,"");let e=new URL("./core-67b60791fe38.js",import.meta.url);this.#i>0&&e.searchParams.set("try",String(this.#i));try{let{start:n}=await import(e.href);if(!this.isConnected)throw new Error("the element was taken out of the page");return this.#e=n(this.#o)}catch(n){throw this.#r=void 0,this.isConnected&&(this.#i++,this.#t.problem(!0,this.#g())),n}finally{this.#t.busy(!1)}}#u(e){this.dispatchEvent(new CustomEvent("webtrunk-state",{detail:e,bubbles:!0,composed:!0}))}#c(){this.#t.label(c(this.#l()),this.getAttribute("label")??"")}#g(){return this.getAttribute("fallback")??""}#l(){return this.getAttribute("lang")||document.documentElement.lang||navigator.language}};customElements.get("webtrunk-call")||customElements.define("webtrunk-call",s);
