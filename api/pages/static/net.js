// Fetching JSON, with the service's own words where it refuses.

export async function getJson(address, options = {}) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, ...options });
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
