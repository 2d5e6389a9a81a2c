// How far a run is, as it goes. Without this the page asks again now and then.
const at = document.querySelector("[data-run]");
const source = new EventSource(at.dataset.run);

source.addEventListener("stand", (e) => {
  const v = JSON.parse(e.data);
  const state = document.querySelector("#simulatie [role=status]");
  const bar = document.querySelector("#simulatie progress");
  if (state && state.textContent !== v.stand) state.textContent = v.stand;
  if (bar) bar.value = v.procent;
});

// What changed is more than a number: the page is made again.
source.addEventListener("anders", () => {
  source.close();
  location.reload();
});
source.addEventListener("mislukt", () => source.close());
