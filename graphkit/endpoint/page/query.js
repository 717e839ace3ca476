// The query editor. Queries are sent to this server only.
const editor = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint: new URL("/sparql", window.location.href).href },
  copyEndpointOnNewTab: true,
  endpointCatalogueOptions: { getData: () => [] },
  populateFromUrl: true,
});
const tab = editor.getTab();
if (tab && !tab.getYasqe().getValue().includes("SELECT")) {
  tab.setQuery("SELECT * WHERE { ?subject ?predicate ?object } LIMIT 10");
}
