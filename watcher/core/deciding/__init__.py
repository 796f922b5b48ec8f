"""decide(PollInput) -> Decision: everything one poll changes, decided in one pure function."""
