// What every part of the page needs: an element by its id, and an answer of the API.
export const element = id => document.getElementById(id);

/** Where the server is: a proxy may offer it below a path. */
const root = new URL('..', import.meta.url);

/** The address of a route, such as '/v1/images'. */
export const route = path => new URL(path.slice(1), root).href;

/** The answer of the API as an object, null where it has no body; a problem is thrown with what it says, and as a whole. */
export async function ask(path, options) {
  const response = await fetch(path, options);
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok && !answer.images) {
    throw Object.assign(new Error(answer.detail || `The server answered ${response.status}.`), { problem: answer });
  }
  return answer;
}
