"""The runtime of Guicheng: everything that is true without a web page."""
