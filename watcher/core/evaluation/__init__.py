"""How good the watcher is: topics against labels, stories against labels, the past replayed. Pure."""
