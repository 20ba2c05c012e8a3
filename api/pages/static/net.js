// Fetching JSON, with the service's own words where it refuses.

export async function getJson(address, options = {}) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  const response = await fetch(address, { headers, ...options });
  if (response.ok) return response.status === 204 ? null : response.json();
  throw new Error(await problemText(response));
}

async function problemText(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
