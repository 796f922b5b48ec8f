"""The embedded database: schema and migrations, every SQL statement, the writing and the reading store."""
