// Shows the OpenAPI; in a file of its own, since the pages allow no inline script.
window.onload = () => {
  SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true });
};
