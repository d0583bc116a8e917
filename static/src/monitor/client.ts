// Requests to the API of the gateway that served this page, as the person who
// is logged in here.

import type { List } from "./wire.ts";

export interface Problem {
  code: string;
  message: string;
  /** The field that is wrong. */
  param?: string;
  remedies?: string[];
}

/** An answer that is no success, in the API's own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super([problem.message, ...(problem.remedies ?? [])].join(" "));
    this.status = status;
    this.problem = problem;
  }

  /** Whether asking the same again gives the same answer. */
  get final(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

let csrf = "";
let loggedOut: () => void = () => undefined;
let skew = 0;

/** Sets what proves that a request comes from this page. */
export function prove(token: string): void {
  csrf = token;
}

/** Says what to do when the login has ended: in another tab, or with time. */
export function onLoggedOut(then: () => void): void {
  loggedOut = then;
}

/** The time by the gateway's clock, which stamps what is shown. */
export function gatewayTime(): number {
  return Date.now() + skew;
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>("GET", path, undefined, signal);
}

/** A resource, and the version of it that was read. */
export interface Version<T> {
  body: T;
  tag: string;
}

export async function askVersion<T>(path: string): Promise<Version<T>> {
  const response = await reach(path, { headers: { Accept: "application/json" } });
  return { body: (await response.json()) as T, tag: response.headers.get("ETag") ?? "" };
}

/** Asks for a list, so many pages of it. */
export async function askPages<T>(path: string, pages: number, signal?: AbortSignal): Promise<List<T>> {
  const all: T[] = [];
  let cursor = "";
  for (let page = 0; page < pages; page++) {
    const list = await ask<List<T>>(cursor ? `${path}&starting_after=${encodeURIComponent(cursor)}` : path, signal);
    all.push(...list.data);
    cursor = list.next_cursor ?? "";
    if (!list.has_more || !cursor) return { data: all, has_more: false };
  }
  return { data: all, has_more: true };
}

/** Changes something; with a version, that one or none. */
export async function tell<T>(path: string, body?: unknown, tag = ""): Promise<T> {
  return request<T>("POST", path, body ?? {}, undefined, tag);
}

/** Makes something once: the same key again, as after an answer that was lost, is answered by what it made. */
export async function tellOnce<T>(path: string, body: unknown, key: string): Promise<T> {
  return request<T>("POST", path, body, undefined, "", key);
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return request<T>("PUT", path, body);
}

export async function remove(path: string): Promise<void> {
  await request<unknown>("DELETE", path);
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, tag = "", once = ""): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (tag) headers["If-Match"] = tag;
  if (once) headers["Idempotency-Key"] = once;
  const response = await reach(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Fetches an answer that is a success; all others are thrown. */
export async function reach(path: string, how: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, how);
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw new Refusal(0, { code: "unreachable", message: "The gateway cannot be reached. This page tries again." });
  }
  setClock(response.headers.get("Date"));
  if (response.ok) return response;
  const problem = await problemIn(response);
  if (response.status === 401 && path !== "/v1/session") loggedOut();
  throw new Refusal(response.status, problem);
}

// The header counts whole seconds: a smaller difference is none.
function setClock(date: string | null): void {
  const difference = Date.parse(date ?? "") - Date.now();
  if (Number.isFinite(difference)) skew = Math.abs(difference) > 2000 ? difference : 0;
}

/** What an answer says went wrong; a proxy's page of HTML says nothing. */
export async function problemIn(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    if (body.message) return { code: body.code ?? "", message: body.message, param: body.param ?? "", remedies: body.remedies ?? [] };
  } catch {
    // no JSON
  }
  return { code: "", message: `The gateway answered ${response.status}.` };
}

/** The sentence of whatever was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Refusal ? error.message : "The gateway's answer could not be read.";
}

/** What was thrown, in a page's own words for its code; in the gateway's, with its remedies, where there are none. */
export function plainly(problems: Readonly<Record<string, string>>, error: unknown): string {
  const code = error instanceof Refusal ? error.problem.code : "unreadable";
  return (Object.hasOwn(problems, code) ? problems[code] : undefined) ?? sentence(error);
}

/** The same without what the gateway advises besides, which is for who writes programs. */
export function briefly(problems: Readonly<Record<string, string>>, error: unknown): string {
  if (!(error instanceof Refusal)) return problems["unreadable"] ?? sentence(error);
  return problems[error.problem.code] ?? error.problem.message;
}
