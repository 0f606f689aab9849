"""The command: the only room that prints, opens files and exits."""
