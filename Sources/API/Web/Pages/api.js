// What every part of the page needs: an element by its id, and an answer of the API.
export const element = id => document.getElementById(id);

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
