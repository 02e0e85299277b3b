"""Charts as SVG text: pure functions over plain figures, shared by pages and dashboards. No database, no request."""
