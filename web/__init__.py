"""The Flask application: pages and the command line. Asks `engine.services`, decides nothing."""
