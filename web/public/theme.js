// Sets the theme before the first paint. A file, because the policy allows no inline script.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('tenantry-theme');
  } catch {
    // Storage may be forbidden; then the system's theme holds.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
