// Requests to the API of the gateway that served this page, as the person who
// is logged in here.

export interface Problem {
  type: string;
  message: string;
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
}

let csrf = "";

/** Sets what proves that a request comes from this page. */
export function prove(token: string): void {
  csrf = token;
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>("GET", path, undefined, signal);
}

export async function tell<T>(path: string, body?: unknown): Promise<T> {
  return request<T>("POST", path, body ?? {});
}

export async function remove(path: string): Promise<void> {
  await request<unknown>("DELETE", path);
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, { type: "unreachable", message: "The gateway cannot be reached." });
  }
  if (!response.ok) throw new Refusal(response.status, await problemIn(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What an answer says went wrong; a proxy's page of HTML says nothing. */
export async function problemIn(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    if (body.message) return { type: body.type ?? "", message: body.message, remedies: body.remedies ?? [] };
  } catch {
    // no JSON
  }
  return { type: "", message: `The gateway answered ${response.status}.` };
}
