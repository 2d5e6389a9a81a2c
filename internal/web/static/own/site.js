// Small additions; every page works without them.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  // A choice in the error summary or the tour puts the focus in the field.
  const summary = document.getElementById("fouten");
  if (summary) summary.focus();
})();
