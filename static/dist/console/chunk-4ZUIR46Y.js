var t="webtrunk-currency";function e(){try{return localStorage.getItem(t)??"EUR"}catch{return"EUR"}}function c(r){try{localStorage.setItem(t,r)}catch{}}export{e as a,c as b};
