"""The rules of the house, as tests: what every page, route, template, mail and module keeps to."""
