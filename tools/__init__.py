"""Tools of the developers: gates, the gallery, campaigns."""
