"""Running it: logs, requests to the running watcher, heartbeat, health, doctor. Knows no room but the protocols."""
