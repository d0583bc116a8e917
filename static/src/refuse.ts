// What a page's own script is told when it asks for what cannot be: an
// exception, with the names that browsers use. Persons never see these.

export function wrongNow(sentence: string): DOMException {
  return new DOMException(sentence, "InvalidStateError");
}

export function wrongWriting(sentence: string): DOMException {
  return new DOMException(sentence, "SyntaxError");
}

export const noCall = "There is no call.";
export const oneCall = "There is a call already: hang it up first.";
export const checkEnded = "The check was ended.";
